package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/fluxcd/pkg/kustomize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/yaml"
)

// build does what the controller does between fetching and applying.
func build(asked question) ([]object, error) {
	tree, err := treeOf(asked.Root)
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(asked.Root, asked.Path)
	file, hasOrigins, err := merge(tree, asked, folder)
	if err != nil {
		return nil, fmt.Errorf("kustomize build failed: %w", err)
	}
	built, err := run(tree, folder)
	if err != nil {
		return nil, fmt.Errorf("kustomize build failed: %w", err)
	}
	told := []object{}
	for _, one := range built {
		from, generated := originOf(one, asked, file)
		if !hasOrigins {
			if err := one.SetOrigin(nil); err != nil {
				return nil, err
			}
		}
		finished, err := finish(one, asked)
		if err != nil {
			return nil, err
		}
		finished.File, finished.Generated = from, generated
		told = append(told, finished)
	}
	return told, nil
}

// merge puts what the Flux Kustomization says into the folder's kustomization.yaml, in memory.
func merge(tree *tree, asked question, folder string) (file string, hasOrigins bool, err error) {
	generator := kustomize.NewGenerator(asked.Root, unstructured.Unstructured{Object: map[string]any{"spec": asked.Spec}})
	manifest, file, err := []byte(nil), "", error(nil)
	if tree.hasAll(folder) {
		manifest, file, _, err = generator.GenerateManifest(folder)
	} else {
		manifest, file, err = generateFromRest(tree, asked, folder)
	}
	if err != nil {
		return "", false, err
	}
	var merged types.Kustomization
	if err := yaml.Unmarshal(manifest, &merged); err != nil {
		return "", false, err
	}
	for _, entry := range merged.BuildMetadata {
		hasOrigins = hasOrigins || entry == types.OriginAnnotations
	}
	if !hasOrigins {
		merged.BuildMetadata = append(merged.BuildMetadata, types.OriginAnnotations)
	}
	manifest, err = yaml.Marshal(merged)
	if err != nil {
		return "", false, err
	}
	tree.hasSchema = tree.hasSchema || merged.OpenAPI != nil
	return strings.TrimPrefix(file, asked.Root+"/"), hasOrigins, tree.WriteFile(file, manifest)
}

// generateFromRest is for a folder without kustomization.yaml in which some files are left out of what Flux fetches.
func generateFromRest(tree *tree, asked question, folder string) ([]byte, string, error) {
	listed, err := scan(tree, folder)
	if err != nil {
		return nil, "", err
	}
	listing := types.Kustomization{Resources: listed}
	listing.APIVersion, listing.Kind = types.KustomizationVersion, types.KustomizationKind
	if len(listed) == 0 {
		listing.Namespace = "_placeholder"
	}
	written, err := yaml.Marshal(listing)
	if err != nil {
		return nil, "", err
	}
	beside, err := os.MkdirTemp("", "flux-build-")
	if err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(beside)
	name := konfig.DefaultKustomizationFileName()
	if err := os.WriteFile(filepath.Join(beside, name), written, 0o600); err != nil {
		return nil, "", err
	}
	object := unstructured.Unstructured{Object: map[string]any{"spec": asked.Spec}}
	manifest, _, _, err := kustomize.NewGenerator(beside, object).GenerateManifest(beside)
	return manifest, filepath.Join(folder, name), err
}

// run is fluxcd/pkg/kustomize.Build without parsing the built-in schema anew for each build: only where a
// kustomization.yaml brings its own, nothing of which may be left for the next.
func run(tree *tree, folder string) ([]*resource.Resource, error) {
	options := &krusty.Options{LoadRestrictions: types.LoadRestrictionsNone, PluginConfig: types.DisabledPluginConfig()}
	built, err := krusty.MakeKustomizer(options).Run(tree, folder)
	if tree.hasSchema {
		openapi.ResetOpenAPI()
		_ = openapi.Schema()
	}
	if err != nil {
		return nil, err
	}
	return built.Resources(), nil
}

// originOf tells the file that an object is from, below the root; its kustomization.yaml where that generates it.
func originOf(one *resource.Resource, asked question, top string) (file string, generated bool) {
	origin, err := one.GetOrigin()
	if err != nil || origin == nil {
		return top, true
	}
	if origin.Path != "" {
		return filepath.Join(asked.Path, origin.Path), false
	}
	if origin.ConfiguredIn != "" {
		return filepath.Join(asked.Path, origin.ConfiguredIn), true
	}
	return top, true
}

// finish substitutes variables and reads the object as the controller does from what it would send.
func finish(one *resource.Resource, asked question) (told object, err error) {
	if one.GetName() == "" || one.GetKind() == "" || one.GetApiVersion() == "" {
		return told, fmt.Errorf("failed to decode Kubernetes apiVersion, kind and name of an object")
	}
	before, err := read(one)
	if err != nil || !asked.Substitute {
		told.Object = before
		return told, err
	}
	if err := substitute(one, asked); err != nil {
		told.Object, told.Wrong = before, err.Error()
		return told, nil
	}
	if told.Object, err = read(one); err != nil || bytes.Equal(before, told.Object) {
		return told, err
	}
	told.Retyped, err = retyped(before, told.Object)
	return told, err
}

func read(one *resource.Resource) (json.RawMessage, error) {
	written, err := one.AsYAML()
	if err != nil {
		return nil, err
	}
	body, err := yaml.YAMLToJSON(written)
	return bytes.TrimSpace(body), err
}
