package postgres

import (
	"github.com/innovainrete/needmap/internal/needmap"
)

// write stores the difference and what follows from it; without a difference it
// touches nothing, so that the territory's version stays.
func (w *territoryImport) write() error {
	if err := w.exec(sqlTerritoryChange); err != nil {
		return err
	}
	r := w.report
	if err := w.tx.SelectContext(w.ctx, &r.AreaChanges, sqlTerritoryAreaChanges); err != nil {
		return err
	}
	if err := w.tx.GetContext(w.ctx, &r.Changes, sqlTerritoryChangeCounts); err != nil {
		return err
	}
	if r.Changes.Added+r.Changes.Changed == 0 {
		return nil
	}
	w.step("writing the territory")
	for _, kind := range []needmap.MunicipalityKind{needmap.KindComune, needmap.KindMunicipio} {
		if _, err := w.tx.ExecContext(w.ctx, sqlTerritoryWrite, string(kind)); err != nil {
			return err
		}
	}
	if r.Changes.Reshaped == 0 {
		return nil
	}
	if err := w.expandServiceAreas(); err != nil {
		return err
	}
	return w.moveNeeds()
}

func (w *territoryImport) expandServiceAreas() error {
	done, err := w.tx.ExecContext(w.ctx, sqlServiceAreasExpand)
	if err != nil {
		return err
	}
	if w.report.ServiceAreas, err = done.RowsAffected(); err != nil {
		return err
	}
	return w.exec(sqlServiceAreasOfParents)
}

// moveNeeds puts each located need where it now belongs, and only those.
func (w *territoryImport) moveNeeds() error {
	w.step("finding the municipality of each need")
	err := w.exec(sqlTerritoryNeedCover, sqlTerritoryNeedCoverIndex, sqlTerritoryNeedCoverAnalyze)
	if err != nil {
		return err
	}
	w.step("moving needs")
	if err := w.exec(sqlTerritoryNeedMove); err != nil {
		return err
	}
	needs := &w.report.Needs
	if err := w.tx.GetContext(w.ctx, needs, sqlTerritoryNeedCounts); err != nil {
		return err
	}
	return w.tx.SelectContext(w.ctx, &needs.Outside, sqlTerritoryNeedOutside)
}
