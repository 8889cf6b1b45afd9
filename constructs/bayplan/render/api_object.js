// The JavaScript half of api_object.py: objects that are given whole, as JSON text.
"use strict";

const cdk8s = require("cdk8s");
const constructs = require("constructs");

class ApiObject extends cdk8s.ApiObject {
  constructor(scope, id, json) {
    super(scope, id, JSON.parse(json));
  }
}

class Part extends constructs.Construct {
  constructor(scope, id, json) {
    super(scope, id);
    for (const body of JSON.parse(json)) {
      const { name, namespace } = body.metadata;
      const ids = [body.kind, `${body.kind}-${name}`, `${body.kind}-${name}-${namespace}`];
      new cdk8s.ApiObject(this, ids.find((id) => !this.node.tryFindChild(id)), body);
    }
  }
}

class Synthesis {
  // [[path of the chart, [object, ...]], ...] of all charts of an app. App.synth() walks the whole app once per chart.
  static json(app) {
    const nodes = app.node.findAll();
    const errors = nodes.flatMap((each) => each.node.validate().map((error) => `[${each.node.path}] ${error}`));
    if (errors.length > 0) {
      throw new Error(`Validation failed with the following errors:\n  ${errors.join("\n  ")}`);
    }
    const charts = new Map(nodes.filter((each) => cdk8s.Chart.isChart(each)).map((chart) => [chart, []]));
    for (const each of nodes.filter((each) => cdk8s.ApiObject.isApiObject(each))) {
      charts.get(each.chart).push(each.toJson());
    }
    return JSON.stringify([...charts].map(([chart, objects]) => [chart.node.path, objects]));
  }
}

module.exports = { ApiObject, Part, Synthesis };
