package postgres

import (
	"fmt"
)

// fit makes the municipi of each comune tile it exactly, where they or the
// comune are new. Why and how: docs/adr/0004.
func (w *territoryImport) fit() error {
	var parents []string
	if err := w.tx.SelectContext(w.ctx, &parents, sqlFitParents); err != nil {
		return err
	}
	for _, code := range parents {
		w.step("fitting the municipi of " + code)
		if err := w.fitOne(code); err != nil {
			return err
		}
	}
	if len(w.report.Problems) > 0 {
		return errRefused
	}
	return nil
}

func (w *territoryImport) fitOne(code string) error {
	if err := w.exec(sqlFitClear...); err != nil {
		return err
	}
	for _, statement := range []string{sqlFitParts, sqlFitPieces} {
		if _, err := w.tx.ExecContext(w.ctx, statement, code); err != nil {
			return err
		}
	}
	if err := w.exec(sqlFitAnalyze); err != nil {
		return err
	}
	complete, err := w.complete(code)
	if err != nil || !complete {
		return err
	}
	for _, statement := range []string{sqlFitTiles, sqlFitResult} {
		if _, err := w.tx.ExecContext(w.ctx, statement, code); err != nil {
			return err
		}
	}
	if err := w.lost(code); err != nil {
		return err
	}
	var fits []TerritoryFit
	if err := w.tx.SelectContext(w.ctx, &fits, sqlFitReport); err != nil {
		return err
	}
	w.report.Fits = append(w.report.Fits, fits...)
	return nil
}

// complete refuses official municipi that leave much of their comune uncovered.
// Schematic ones are stretched over it, whatever their size.
func (w *territoryImport) complete(code string) (bool, error) {
	var uncovered float64
	var schematic int
	if err := w.tx.GetContext(w.ctx, &uncovered, sqlFitUncovered, code); err != nil {
		return false, err
	}
	if err := w.tx.GetContext(w.ctx, &schematic, sqlFitSchematic); err != nil {
		return false, err
	}
	if uncovered <= maxUncovered || schematic > 0 {
		return true, nil
	}
	w.problem(TerritoryProblem{Code: code, Reason: fmt.Sprintf(
		"its municipi leave %.1f %% of it uncovered: are all of them there?", 100*uncovered)})
	return false, nil
}

// lost reports municipi of which nothing lies in their comune.
func (w *territoryImport) lost(parent string) error {
	var lost []TerritoryProblem
	if err := w.tx.SelectContext(w.ctx, &lost, sqlFitLost); err != nil {
		return err
	}
	for _, p := range lost {
		p.Reason = "nothing of it lies in its comune " + parent + " that a municipio before it does not cover"
		if p.Feature == 0 {
			p.Reason += "; import the municipi together with it"
		}
		w.problem(p)
	}
	return nil
}

func (w *territoryImport) problem(p TerritoryProblem) {
	w.report.Problems = append(w.report.Problems, p)
}
