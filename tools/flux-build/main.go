// flux-build builds folders as Flux's kustomize-controller does and tells what it would apply: one question in JSON a
// line in, one answer a line out, in order. The build, the merging of a Flux Kustomization into it and the substitution
// are the controller's own packages, in its versions. Nothing outside of the root is read, nothing is fetched, no
// program is started and nothing is written: what needs that is refused, and the answer says so.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
)

// mostMemory is what this process may ask of the machine.
const mostMemory = 6 << 30

// longest is the time that one build may take; what does not end is answered, and this process with it.
const longest = 20 * time.Second

// question is one build.
type question struct {
	Root string `json:"root"`
	// Path is the folder to build, below the root.
	Path string `json:"path"`
	// Spec is that of the Flux Kustomization; its substitutions are in Variables.
	Spec map[string]any `json:"spec"`
	// Substitute says whether there is a postBuild at all.
	Substitute bool `json:"substitute"`
	// Variables are those of `substitute` and `substituteFrom` together.
	Variables map[string]string `json:"variables"`
	// Open says that there are more variables than anybody knows: an unset one stays as it is.
	Open bool `json:"open"`
}

// object is one of those that the controller would apply, and where it is from.
type object struct {
	Object json.RawMessage `json:"object"`
	// File is where its author wrote it, or the kustomization.yaml that generates it, below the root.
	File string `json:"file"`
	// Generated says whether File generates it.
	Generated bool `json:"generated,omitempty"`
	// Wrong is why its variables cannot be substituted; the object is then as it was before.
	Wrong string `json:"wrong,omitempty"`
	// Retyped are JSON pointers of what was text before substitution and is none after it, to what it is.
	Retyped map[string]string `json:"retyped,omitempty"`
}

// answer is either objects or what is wrong.
type answer struct {
	Objects []object `json:"objects"`
	// Missing are addresses of what is not in the tree: the objects are those without it.
	Missing []string `json:"missing,omitempty"`
	Error   string   `json:"error,omitempty"`
	// Why is the kind of the error: build, remote, outside or limit.
	Why string `json:"why,omitempty"`
}

// offline answers every request with nothing at all, so that what else a folder holds can be built, and notes it.
type offline struct{ asked []string }

func (transport *offline) RoundTrip(request *http.Request) (*http.Response, error) {
	transport.asked = append(transport.asked, request.URL.Redacted())
	empty := io.NopCloser(strings.NewReader(""))
	return &http.Response{StatusCode: http.StatusOK, Body: empty, Header: http.Header{}, Request: request}, nil
}

var network = &offline{}

func reply(asked question) (told answer) {
	defer func() {
		if failed := recover(); failed != nil {
			told = answer{Error: fmt.Sprintf("recovered from panic: %v", failed), Why: "build"}
		}
	}()
	network.asked = nil
	objects, err := build(asked)
	if err == nil {
		return answer{Objects: objects, Missing: network.asked}
	}
	told = answer{Error: strings.ReplaceAll(err.Error(), asked.Root+"/", ""), Why: "build"}
	switch {
	case len(network.asked) > 0, strings.Contains(told.Error, "no 'git' program on path"):
		told.Why = "remote"
	case strings.Contains(told.Error, "fs-security-constraint"):
		told.Why = "outside"
	case strings.Contains(told.Error, tooLarge):
		told.Why = "limit"
	}
	return told
}

func main() {
	os.Setenv("PATH", "") // kustomize would call git for remote bases
	http.DefaultTransport = network
	_ = syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: mostMemory, Max: mostMemory})
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(1 << 30)
	debug.SetMaxStack(256 << 20)
	in := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for in.More() {
		var asked question
		if err := in.Decode(&asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		done := make(chan answer, 1)
		go func() { done <- reply(asked) }()
		select {
		case told := <-done:
			if err := out.Encode(told); err != nil {
				os.Exit(2)
			}
		case <-time.After(longest):
			_ = out.Encode(answer{Error: fmt.Sprintf("the build does not end within %s", longest), Why: "limit"})
			os.Exit(3)
		}
	}
}
