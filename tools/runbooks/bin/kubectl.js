// What stands in for kubectl while a runbook is run: it passes its arguments on to the drill, which does to the local processes what
// Kubernetes would do to pods.
import process from 'node:process';

const response = await globalThis.fetch(process.env['KUBECTL_STAND_IN'] ?? '', {
  method: 'POST',
  body: JSON.stringify(process.argv.slice(2)),
});
const { code, stdout, stderr } = await response.json();
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
