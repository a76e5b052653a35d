package localpg

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// minMajor is the oldest PostgreSQL that needmap is tested with.
const minMajor = 15

// installation is one PostgreSQL on the machine.
type installation struct {
	bin     string // directory of postgres and initdb
	major   int
	missing []string // extensions that it lacks
}

// binPatterns are where packages put the programs: Debian, PGDG's RPMs,
// Homebrew on both kinds of Mac, MacPorts, Postgres.app.
var binPatterns = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql@*/bin",
	"/usr/local/opt/postgresql@*/bin",
	"/opt/local/lib/postgresql*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

// findInstallation chooses the PostgreSQL to run on a data directory.
func findInstallation(ctx context.Context, pgData string) (installation, error) {
	all := installations(ctx, os.Getenv("PATH"), binPatterns)
	version, err := os.ReadFile(filepath.Join(pgData, "PG_VERSION"))
	if os.IsNotExist(err) {
		return newest(all)
	}
	if err != nil {
		return installation{}, &DirError{Dir: pgData, cause: err}
	}
	return matching(all, pgData, strings.TrimSpace(string(version)))
}

// installations lists what is on the machine, the best first: complete before
// incomplete, then the newest.
func installations(ctx context.Context, path string, patterns []string) []installation {
	dirs := filepath.SplitList(path)
	for _, p := range patterns {
		found, _ := filepath.Glob(p) // fails on a malformed pattern only
		dirs = append(dirs, found...)
	}
	var all []installation
	seen := map[string]bool{}
	for _, dir := range dirs {
		bin := binDir(dir)
		if bin == "" || seen[bin] {
			continue
		}
		seen[bin] = true
		if major := majorVersion(ctx, bin); major >= minMajor {
			all = append(all, installation{bin, major, missingExtensions(ctx, bin, major)})
		}
	}
	slices.SortStableFunc(all, func(a, b installation) int {
		if d := len(a.missing) - len(b.missing); d != 0 {
			return d
		}
		return b.major - a.major
	})
	return all
}

// binDir follows links to where postgres really is, since initdb and the
// extensions are found from there; "" when dir does not hold both programs.
func binDir(dir string) string {
	if !filepath.IsAbs(dir) {
		return ""
	}
	file, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
	if err != nil {
		return ""
	}
	bin := filepath.Dir(file)
	for _, name := range []string{"postgres", "initdb"} {
		if _, err := exec.LookPath(filepath.Join(bin, name)); err != nil {
			return ""
		}
	}
	return bin
}

var versionPattern = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// majorVersion asks the program itself; 0 when it does not say.
func majorVersion(ctx context.Context, bin string) int {
	out, err := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return 0
	}
	m := versionPattern.FindSubmatch(out)
	if m == nil {
		return 0
	}
	major, _ := strconv.Atoi(string(m[1])) // digits only; absurdly many give 0 or the maximum
	return major
}

// missingExtensions names the extensions whose control files are not there.
func missingExtensions(ctx context.Context, bin string, major int) []string {
	share := shareDirs(ctx, bin, strconv.Itoa(major))
	var missing []string
	for _, ext := range []struct{ file, name string }{{"postgis", "PostGIS"}, {"unaccent", "unaccent"}} {
		there := slices.ContainsFunc(share, func(dir string) bool {
			_, err := os.Stat(filepath.Join(dir, "extension", ext.file+".control"))
			return err == nil
		})
		if !there {
			missing = append(missing, ext.name)
		}
	}
	return missing
}

// shareDirs asks pg_config; where that is not installed (Fedora), the layouts
// of the known packages are tried.
func shareDirs(ctx context.Context, bin, major string) []string {
	out, err := exec.CommandContext(ctx, filepath.Join(bin, "pg_config"), "--sharedir").Output()
	if err == nil {
		return []string{strings.TrimSpace(string(out))}
	}
	prefix := filepath.Dir(bin)
	return []string{
		filepath.Join("/usr/share/postgresql", major),
		filepath.Join(prefix, "share", "postgresql@"+major),
		filepath.Join(prefix, "share", "postgresql"),
		filepath.Join(prefix, "share", "pgsql"),
		filepath.Join(prefix, "share"),
	}
}

// newest takes the best one for a new cluster.
func newest(all []installation) (installation, error) {
	if len(all) == 0 {
		return installation{}, &MissingError{Missing: []string{"PostgreSQL", "PostGIS", "unaccent"}}
	}
	return complete(all[0])
}

// matching takes the one that can read an existing cluster.
func matching(all []installation, pgData, have string) (installation, error) {
	if len(all) == 0 {
		return newest(nil)
	}
	var found []int
	for _, in := range all {
		if strconv.Itoa(in.major) == have {
			return complete(in)
		}
		found = append(found, in.major)
	}
	return installation{}, &VersionError{Dir: filepath.Dir(pgData), Have: have, Found: slices.Compact(found)}
}

func complete(in installation) (installation, error) {
	if len(in.missing) > 0 {
		return installation{}, &MissingError{Missing: in.missing, Major: in.major}
	}
	return in, nil
}
