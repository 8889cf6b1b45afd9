// goyaml reads YAML as Kubernetes does: one JSON string of YAML text a line in, one JSON document a line out, or
// {"error": "..."} where sigs.k8s.io/yaml refuses it. It makes the table that the reader in Python is tested against.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

func read(text string) (told string) {
	defer func() {
		if failed := recover(); failed != nil {
			told = refuse(fmt.Sprint(failed))
		}
	}()
	document, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return refuse(err.Error())
	}
	return string(document)
}

func refuse(why string) string {
	told, _ := json.Marshal(map[string]string{"error": why})
	return string(told)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<26)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		var text string
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		fmt.Fprintln(out, read(text))
	}
}
