/** The command line `steadfast`. */
import { Command, CommanderError } from 'commander';
import { environmentWith, readCliConfig, readConfig, readKafkaSecurity } from '../config.ts';
import { addAlerts } from './alerts.ts';
import { createApi } from './api.ts';
import { addDeadLetters } from './dead-letters.ts';
import { addDeployments } from './deployments.ts';
import { addDoctor } from './doctor.ts';
import { resolveEndpoints } from './endpoints.ts';
import { addEvents } from './events.ts';
import { CommandFailure, exitCode, tellFailure } from './failure.ts';
import { addGenerate } from './generate.ts';
import { addKafka } from './kafka.ts';
import { addKeys } from './keys.ts';
import { addOrderChanges } from './order-changes.ts';
import { addOrderDiff } from './order-diff.ts';
import { addOrders } from './orders.ts';
import { createPrinter } from './printer.ts';
import { addProducts } from './products.ts';
import { addProjections } from './projections.ts';
import type { GlobalOptions, Session } from './session.ts';
import { addStats } from './stats.ts';
import { addVerify } from './verify.ts';
import { addWebhooks } from './webhooks.ts';

const program = new Command('steadfast')
  .description('Places, follows and corrects orders.')
  .option('--server <url>', 'address of the server (else STEADFAST_URL, else the running system, else port 3000)')
  .option('--grpc <host:port>', 'address for watching (else STEADFAST_GRPC, else as for --server, port 50051)')
  .option('--api-key <key>', 'who asks: an API key or a token (else STEADFAST_API_KEY)')
  .option('--json', 'print what the server answers as JSON')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(see --help)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Exit codes:
  ${exitCode.ok}  done
  ${exitCode.refused}  refused or failed; the reason is on stderr
  ${exitCode.usage}  the command was not understood
  ${exitCode.unreachable}  the server cannot be reached`,
  );

/** What a command works with, once its options are known. */
const session = (command: Command): Session => {
  const options = command.optsWithGlobals<GlobalOptions>();
  const config = readCliConfig();
  const { http, grpc, database } = resolveEndpoints(options, config);
  const key = options.apiKey ?? config.STEADFAST_API_KEY;
  const credentials: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const print = createPrinter({ json: options.json === true });
  return { api: createApi(http, credentials), http, grpc, credentials, database, print };
};

const orders = program.command('orders').description('Place, read and change orders');
addOrders(orders, session);
addOrderChanges(orders, session);
addOrderDiff(orders, session);
addVerify(orders, session);
addAlerts(program, session);
addProducts(program.command('products').description('The catalogue and its stock'), session);
addWebhooks(program.command('webhooks').description('Addresses that are told of events'), session);
addDeadLetters(program.command('dlq').description('Read, replay and skip dead letters'), session);
addKeys(program.command('keys').description('API keys, by which callers are known'), session);
addEvents(program.command('events').description('What happens to orders'), session);
addGenerate(program, session);
addStats(program, session);
addProjections(program.command('projections').description('What the order log adds up to'), session);
addKafka(
  program.command('kafka').description('Look after Kafka: topics, groups, messages, brokers'),
  readCliConfig,
  readKafkaSecurity,
);
addDeployments(program.command('deployments').description('Builds of the worker side by side'), readConfig);
addDoctor(program, (settings) => readConfig(environmentWith(settings)));

try {
  await program.parseAsync();
} catch (error) {
  // Commander has already said what it did not understand, or shown its help.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? exitCode.ok : exitCode.usage);
  if (!(error instanceof CommandFailure)) throw error;
  console.error(tellFailure(error, { json: program.opts<GlobalOptions>().json === true }));
  process.exitCode = error.exitCode;
}
