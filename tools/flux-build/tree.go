package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	securefs "github.com/fluxcd/pkg/kustomize/filesys"
	"github.com/fluxcd/pkg/sourceignore"
	"github.com/fluxcd/pkg/sourceignore/gitignore"
	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

const (
	largest  = 16 << 20
	tooLarge = "is larger than 16 MiB"
	mostRead = 256 << 20
)

// tree is what source-controller would have fetched of a folder: no symbolic links, nothing that .sourceignore leaves
// out. It is read only below its root, and written only in memory.
type tree struct {
	filesys.FileSystem
	root      string
	written   map[string][]byte
	// excluded is what .sourceignore says; ignored adds what source-controller leaves out by default, which the source
	// may take in again without the tree showing it.
	excluded  gitignore.Matcher
	ignored   gitignore.Matcher
	read      int
	hasSchema bool
}

// matchers are kept: a root's .sourceignore files do not change while it is built.
var matchers = map[string][2]gitignore.Matcher{}

func treeOf(root string) (*tree, error) {
	disk, err := securefs.MakeFsOnDiskSecure(root)
	if err != nil {
		return nil, err
	}
	found, known := matchers[root]
	if !known {
		domain := strings.Split(root, string(filepath.Separator))
		patterns, err := sourceignore.LoadIgnorePatterns(root, domain)
		if err != nil {
			return nil, err
		}
		found[0] = sourceignore.NewMatcher(patterns)
		found[1] = sourceignore.NewDefaultMatcher(patterns, domain)
		matchers[root] = found
	}
	files := map[string][]byte{}
	return &tree{FileSystem: disk, root: root, written: files, excluded: found[0], ignored: found[1]}, nil
}

// has tells whether Flux may fetch a path at all; what was written in memory is there.
func (tree *tree) has(path string) bool {
	return tree.passes(path, tree.excluded)
}

// takes tells whether Flux fetches a path that nothing names.
func (tree *tree) takes(path string) bool {
	return tree.passes(path, tree.ignored)
}

func (tree *tree) passes(path string, matcher gitignore.Matcher) bool {
	if !filepath.IsAbs(path) || path == tree.root || !strings.HasPrefix(path, tree.root+"/") {
		return true // the secure file system answers for it
	}
	info, err := os.Lstat(path)
	if err != nil {
		return true
	}
	if real, err := filepath.EvalSymlinks(path); err != nil || real != filepath.Clean(path) {
		return false
	}
	return !matcher.Match(strings.Split(path, string(filepath.Separator)), info.IsDir())
}

func missing(path string) error {
	return &fs.PathError{Op: "open", Path: path, Err: errors.New("Flux does not fetch it (symbolic link or ignored)")}
}

// ReadFile reads what was fetched, within bounds.
func (tree *tree) ReadFile(path string) ([]byte, error) {
	if data, written := tree.written[filepath.Clean(path)]; written {
		return data, nil
	}
	if !tree.has(path) {
		return nil, missing(path)
	}
	if info, err := os.Stat(path); err == nil && strings.HasPrefix(path, tree.root+"/") {
		tree.read += int(min(info.Size(), mostRead))
		if info.Size() > largest || tree.read > mostRead {
			return nil, fmt.Errorf("%s %s", path, tooLarge)
		}
		if !info.IsDir() && !info.Mode().IsRegular() {
			return nil, missing(path)
		}
	}
	data, err := tree.FileSystem.ReadFile(path)
	if err == nil && isKustomization(path) && bytes.Contains(data, []byte("openapi")) {
		tree.hasSchema = true
	}
	return data, err
}

// WriteFile keeps a file in memory. (The one of kyaml refuses folders with a plus in their name.)
func (tree *tree) WriteFile(path string, data []byte) error {
	tree.written[filepath.Clean(path)] = data
	return nil
}

// Open is for files that are read in pieces.
func (tree *tree) Open(path string) (filesys.File, error) {
	if !tree.has(path) {
		return nil, missing(path)
	}
	return tree.FileSystem.Open(path)
}

// Exists says whether a path was fetched.
func (tree *tree) Exists(path string) bool {
	_, written := tree.written[filepath.Clean(path)]
	return written || tree.has(path) && tree.FileSystem.Exists(path)
}

// IsDir says whether a path is a folder that was fetched.
func (tree *tree) IsDir(path string) bool {
	return tree.has(path) && tree.FileSystem.IsDir(path)
}

// hasAll tells whether a folder is fetched whole, or says itself what is built of it.
func (tree *tree) hasAll(folder string) bool {
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		if path := filepath.Join(folder, name); tree.Exists(path) && !tree.IsDir(path) {
			return true
		}
	}
	whole := true
	_ = filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && !tree.takes(path) {
			whole = false
			return filepath.SkipAll
		}
		return nil
	})
	return whole
}

// scan lists what the controller takes of a folder without kustomization.yaml.
func scan(tree *tree, folder string) ([]string, error) {
	found := []string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == folder {
			return err
		}
		if !tree.takes(path) {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		relative := "." + strings.TrimPrefix(path, folder)
		if !entry.IsDir() {
			if ending := filepath.Ext(path); ending == ".yaml" || ending == ".yml" {
				found = append(found, relative)
			}
			return nil
		}
		for _, name := range konfig.RecognizedKustomizationFileNames() {
			if inner := filepath.Join(path, name); tree.Exists(inner) && !tree.IsDir(inner) {
				found = append(found, relative)
				return filepath.SkipDir
			}
		}
		return nil
	})
	return found, err
}

func isKustomization(path string) bool {
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		if filepath.Base(path) == name {
			return true
		}
	}
	return false
}
