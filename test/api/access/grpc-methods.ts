/** The methods of gRPC as a running server's reflection tells them, and calling them without knowing more. */
import { fromBinary } from '@bufbuild/protobuf';
import { type DescriptorProto, type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { type Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const REFLECTION = 'node_modules/@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto';
/** How long a stream that goes on without saying anything is listened to. */
const LISTEN_MS = 1000;

/** One method; `fields` are the numbers of the fields of its request. */
export interface Method {
  /** Such as `order.sv1.OrderService/GetOrder`. */
  readonly name: string;
  readonly fields: Readonly<Record<string, number>>;
  readonly clientStreams: boolean;
  readonly serverStreams: boolean;
}

/** What a call came to; the code of a stream that said something, or nothing for a while, is `OK`. */
export interface Outcome {
  readonly code: status;
  readonly details: string;
  readonly error: ServiceError | undefined;
}

interface Answer {
  readonly list_services_response?: { readonly service: readonly { readonly name: string }[] };
  readonly file_descriptor_response?: { readonly file_descriptor_proto: readonly Buffer[] };
}

/** Asks the server at this address for all of its methods. */
export async function reflectMethods(address: string): Promise<Method[]> {
  const definition = loadPackageDefinition(loadSync(REFLECTION, { keepCase: true }));
  const { ServerReflection } = (
    definition as unknown as { grpc: { reflection: { v1: { ServerReflection: ServiceClientConstructor } } } }
  ).grpc.reflection.v1;
  const client = new ServerReflection(address, credentials.createInsecure());
  const ask = (question: object) =>
    new Promise<Answer>((resolve, reject) => {
      const call = (client.ServerReflectionInfo as () => ReturnType<Client['makeBidiStreamRequest']>).call(client);
      call.on('data', (answer: Answer) => {
        call.end();
        resolve(answer);
      });
      call.on('error', reject);
      call.write(question);
    });
  try {
    const services = (await ask({ list_services: '' })).list_services_response?.service ?? [];
    const methods = services.map(async ({ name }) => {
      const { file_descriptor_response: found } = await ask({ file_containing_symbol: name });
      const files = (found?.file_descriptor_proto ?? []).map((file) => fromBinary(FileDescriptorProtoSchema, file));
      return methodsOf(name, files);
    });
    return (await Promise.all(methods)).flat();
  } finally {
    client.close();
  }
}

/** Calls a method with a request of text fields. */
export function callMethod(
  client: Client,
  { name, fields, clientStreams, serverStreams }: Method,
  headers: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const request = encode(fields, values);
  const metadata = Metadata.fromHttp2Headers(headers);
  const path = `/${name}`;
  const same = (bytes: Buffer) => bytes;
  return new Promise((resolve) => {
    const end = (error?: ServiceError | null) => {
      resolve({ code: error?.code ?? status.OK, details: error?.details ?? '', error: error ?? undefined });
    };
    if (!serverStreams) {
      client.makeUnaryRequest(path, same, same, request, metadata, end);
      return;
    }
    const call = clientStreams
      ? client.makeBidiStreamRequest(path, same, same, metadata)
      : client.makeServerStreamRequest(path, same, same, request, metadata);
    const listening = setTimeout(() => call.cancel(), LISTEN_MS);
    call.on('data', () => call.cancel());
    call.on('error', (error: ServiceError) => {
      clearTimeout(listening);
      end(error.code === status.CANCELLED ? undefined : error);
    });
    call.on('end', () => {
      clearTimeout(listening);
      end();
    });
  });
}

function methodsOf(service: string, files: readonly FileDescriptorProto[]): Method[] {
  const messages = new Map<string, DescriptorProto>(
    files.flatMap((file) => file.messageType.map((message) => [`.${file.package}.${message.name}`, message] as const)),
  );
  return files.flatMap((file) =>
    file.service
      .filter(({ name }) => `${file.package}.${name}` === service)
      .flatMap(({ method }) => method)
      .map(({ name, inputType, clientStreaming, serverStreaming }) => ({
        name: `${service}/${name}`,
        fields: Object.fromEntries((messages.get(inputType)?.field ?? []).map((field) => [field.name, field.number])),
        clientStreams: clientStreaming,
        serverStreams: serverStreaming,
      })),
  );
}

/** Text fields as protobuf encodes them: number and wire type, length, bytes. */
function encode(fields: Readonly<Record<string, number>>, values: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(values).map(([name, value]) => {
    const number = fields[name];
    if (number === undefined || number > 15 || value.length > 127) throw new Error(`${name} cannot be encoded`);
    return Buffer.concat([Buffer.from([(number << 3) | 2, Buffer.byteLength(value)]), Buffer.from(value)]);
  });
  return Buffer.concat(parts);
}
