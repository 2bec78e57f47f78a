import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { Service } from './compose-file.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Where the services of a compose file are on this machine: each at a loopback address of its own, with the ports of the file. */
export interface Places {
  address(service: string): string;
  /** From now on this service and port are found elsewhere, as host:port. */
  move(service: string, port: number, to: string): void;
  /** A text of a service with its names, addresses and mounted files as they are on this machine. */
  localise(service: Service, text: string): string;
}

/** Chooses addresses; several copies side by side have different ones. */
export function choosePlaces(services: readonly Service[]): Places {
  const network = `127.${randomInt(64, 250)}.${randomInt(1, 250)}`;
  const addresses = new Map(services.map(({ name }, index) => [name, `${network}.${index + 2}`]));
  const moved = new Map<string, string>();
  const address = (name: string) => {
    const found = addresses.get(name);
    if (found === undefined) throw new Error(`the compose file has no service ${name}`);
    return found;
  };
  return {
    address,
    move: (name, port, to) => moved.set(`${name}:${port}`, to),
    localise: (service, text) => {
      let local = text;
      for (const volume of service.volumes) {
        const [source = '', target = ''] = volume.split(':');
        if (source.startsWith('./')) local = local.replaceAll(target, join(ROOT, source));
      }
      if (addresses.has(local)) return address(local);
      return local
        .replaceAll('0.0.0.0', address(service.name))
        .replaceAll(
          /(?<![\w.-])([a-z][a-z0-9-]*):(\d{2,5})(?!\d)/g,
          (whole, name: string, port: string) =>
            moved.get(whole) ?? (addresses.has(name) ? `${address(name)}:${port}` : whole),
        );
    },
  };
}
