// The peer of bench/synth.py: the same objects in the same charts, one object a file, as a user of cdk8s writes it.
// node compiled/synth.js <objects.json> <folder>
import { readFileSync } from 'node:fs';
import { ApiObject, ApiObjectProps, App, Chart, YamlOutputType } from 'cdk8s';

const [objects, outdir] = process.argv.slice(2);
const charts: Record<string, ApiObjectProps[]> = JSON.parse(readFileSync(objects, 'utf8'));

const app = new App({ outdir, yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
for (const [name, members] of Object.entries(charts)) {
  const chart = new Chart(app, name, { disableResourceNameHashes: true });
  for (const body of members) {
    new ApiObject(chart, `${body.kind}-${body.metadata?.name}`, body);
  }
}
app.synth();
