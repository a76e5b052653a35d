package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

func auditCommand() *cli.Command {
	return &cli.Command{
		Name:  "audit",
		Usage: "say who was shown the exact places of which needs",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "since", Usage: "first day; thirty days ago, if left out"},
			&cli.StringFlag{Name: "need", Usage: "identifier of a need, as the API gives it; all needs, if left out"},
		},
		Action: withStore(auditPlaces),
	}
}

// auditPlaces prints a line a reading: when, who, and the needs.
func auditPlaces(ctx context.Context, cmd *cli.Command, store *postgres.Store) error {
	since := needmap.Date(time.Now().AddDate(0, 0, -30).Format(time.DateOnly))
	var err error
	if cmd.IsSet("since") {
		if since, err = needmap.ParseDate("since", cmd.String("since")); err != nil {
			return err
		}
	}
	need, err := needOfID(cmd.String("need"))
	if err != nil {
		return err
	}
	out, count := cmd.Root().Writer, 0
	err = store.PlacesRead(ctx, since, need, func(r needmap.PlaceRead) error {
		count++
		ids := make([]string, len(r.NeedIDs))
		for i, id := range r.NeedIDs {
			ids[i] = needID(id)
		}
		_, err := fmt.Fprintf(out, "%s  %s (%s)  %s: %s\n", r.At.UTC().Format(time.RFC3339), r.Actor, r.Role,
			plural(len(ids), "need"), strings.Join(ids, " "))
		return err
	})
	if err == nil {
		fmt.Fprintf(cmd.Root().ErrWriter, "%s of exact places since %s\n", plural(count, "reading"), since)
	}
	return err
}

// needID writes the identifier that the API gives a need.
func needID(id int64) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "Need:%d", id))
}

// needOfID reads it; "" is 0.
func needOfID(id string) (int64, error) {
	if id == "" {
		return 0, nil
	}
	data, err := base64.RawURLEncoding.DecodeString(id)
	number, found := strings.CutPrefix(string(data), "Need:")
	key, parseErr := strconv.ParseInt(number, 10, 64)
	if err != nil || !found || parseErr != nil || key < 1 {
		return 0, needmap.Invalid("need", "this is not the identifier of a need")
	}
	return key, nil
}
