/** A setting that cannot be used, with one line for each problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
