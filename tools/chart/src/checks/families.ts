/** Kinds of extensions by their API group, and the package that holds their schemas. */
export const FAMILIES: Readonly<Record<string, string>> = {
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};
