// gitea is Gitea, a forge with pull requests, comments and commit statuses, as its own main.go makes it, with one thing
// changed: SQLite is the one that is written in Go. Gitea up to 1.26 takes the one in C, and a machine of ours need not
// have a compiler for C. (1.27 has made the same choice; not every module proxy has what 1.27 is made of.)
package main

import (
	"database/sql"
	"database/sql/driver"
	"os"
	"runtime"
	"strings"
	"time"

	"code.gitea.io/gitea/cmd"
	"code.gitea.io/gitea/modules/log"
	_ "code.gitea.io/gitea/modules/markup/markdown" // comments and READMEs are shown by it
	"code.gitea.io/gitea/modules/setting"
	"github.com/urfave/cli/v3"
	"modernc.org/sqlite"
)

// version is what go.mod pins; it stands in the API.
const version = "1.26.0"

// inGo opens what Gitea's code asks of the driver in C: it says two of the options in other words.
type inGo struct{ driver.Driver }

// Open translates the name of a data source.
func (d inGo) Open(name string) (driver.Conn, error) {
	file, asked, _ := strings.Cut(name, "?")
	options := []string{}
	for _, option := range strings.Split(asked, "&") {
		switch key, value, _ := strings.Cut(option, "="); key {
		case "_busy_timeout", "_journal_mode":
			options = append(options, "_pragma="+key[1:]+"("+value+")")
		case "cache": // one that connections share locks whole tables, and does not wait for them
		default:
			options = append(options, option)
		}
	}
	return d.Driver.Open(file + "?" + strings.Join(options, "&"))
}

func main() {
	sql.Register("sqlite3", inGo{&sqlite.Driver{}})
	setting.EnableSQLite3 = true
	setting.SupportedDatabaseTypes = append(setting.SupportedDatabaseTypes, "sqlite3")
	setting.AppVer, setting.AppBuiltWith = version, " built with "+runtime.Version()
	setting.AppStartTime = time.Now().UTC()
	cli.OsExiter = func(code int) {
		log.GetManager().Close()
		os.Exit(code)
	}
	_ = cmd.RunMainApp(cmd.NewMainApp(cmd.AppVersion{Version: version}), os.Args...) // says itself what went wrong
	log.GetManager().Close()
}
