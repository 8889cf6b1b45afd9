package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/fluxcd/pkg/envsubst"
	"github.com/fluxcd/pkg/kustomize"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/yaml"
)

const substituteMark = "kustomize.toolkit.fluxcd.io/substitute"

// variableName is what fluxcd/pkg/kustomize allows.
var variableName = regexp.MustCompile("^[_[:alpha:]][_[:alpha:][:digit:]]*$")

// withDefault finds variables that have a default where they are used.
var withDefault = regexp.MustCompile(`\$\{(\w+):?[=-]`)

// substitute is fluxcd/pkg/kustomize.SubstituteVariables in strict mode, the default since 1.9, for variables that need
// not be asked for at an API server. Two differences: where it is not known which variables there are (Open), an unset
// one without a default stays in the text, to be told as unknown; and what fails because of a value that is not known
// leaves the object as it was.
func substitute(one *resource.Resource, asked question) error {
	if one.GetLabels()[substituteMark] == kustomize.DisabledValue {
		return nil
	}
	if one.GetAnnotations()[substituteMark] == kustomize.DisabledValue {
		return nil
	}
	always := asked.Spec["postBuild"] != nil && isAlways(asked.Spec["postBuild"])
	if len(asked.Variables) == 0 && !asked.Open && !always {
		return nil
	}
	isSure := !asked.Open
	for name, value := range asked.Variables {
		if !variableName.MatchString(name) {
			return fmt.Errorf("'%s' var name is invalid, must match '%s'", name, variableName)
		}
		isSure = isSure && value != "${"+name+"}"
	}
	text, err := one.AsYAML()
	if err != nil {
		return err
	}
	done, err := evaluate(string(text), asked)
	if err != nil {
		if asked.Open {
			return nil
		}
		return fmt.Errorf("variable substitution failed: %w", err)
	}
	body, err := yaml.YAMLToJSON([]byte(done))
	if err == nil {
		err = one.UnmarshalJSON(body)
	}
	if err != nil && isSure {
		return fmt.Errorf("what variable substitution makes is no YAML: %w", err)
	}
	return nil
}

func evaluate(text string, asked question) (string, error) {
	defaults := map[string]bool{}
	if asked.Open {
		for _, found := range withDefault.FindAllStringSubmatch(text, -1) {
			defaults[found[1]] = true
		}
	}
	return envsubst.Eval(text, func(name string) (string, bool) {
		value, known := asked.Variables[name]
		if !known && asked.Open && !defaults[name] {
			return "${" + name + "}", true
		}
		return strings.ReplaceAll(value, "\n", ""), known
	})
}

func isAlways(postBuild any) bool {
	fields, _ := postBuild.(map[string]any)
	return fields["substituteStrategy"] == "Always"
}

// retyped finds what was text before substitution and is a number or a truth value after it.
func retyped(before, after []byte) (map[string]string, error) {
	var then, now any
	if err := json.Unmarshal(before, &then); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(after, &now); err != nil {
		return nil, err
	}
	found := map[string]string{}
	compare(then, now, "", found)
	return found, nil
}

var escape = strings.NewReplacer("~", "~0", "/", "~1")

func compare(then, now any, pointer string, found map[string]string) {
	switch value := then.(type) {
	case string:
		switch now.(type) {
		case bool:
			found[pointer] = "a truth value"
		case float64:
			found[pointer] = "a number"
		}
	case map[string]any:
		after, _ := now.(map[string]any)
		for key, item := range value {
			compare(item, after[key], pointer+"/"+escape.Replace(key), found)
		}
	case []any:
		after, _ := now.([]any)
		for index := range min(len(value), len(after)) {
			compare(value[index], after[index], pointer+"/"+strconv.Itoa(index), found)
		}
	}
}
