import { readFileSync } from 'node:fs';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { PackageDefinition } from '@grpc/proto-loader';

const CONTRACTS = {
  // Our own, and the messages of the standard error model.
  order: new URL('../../proto/gen/contract.binpb', import.meta.url),
  health: new URL('../../proto/gen/health.binpb', import.meta.url),
};

/**
 * The file descriptors of the contracts that the server speaks, for the reflection service. proto-loader would make them
 * anew, without the imports between files (grpc-node issue 2595) and with wrong names of map entries, which grpcurl then
 * refuses.
 */
export function loadDescriptors(): PackageDefinition {
  const contracts = Object.entries(CONTRACTS).map(([name, file]) => [name, loadContract(file)]);
  return Object.fromEntries(contracts) as PackageDefinition;
}

function loadContract(descriptors: URL) {
  const { file } = fromBinary(FileDescriptorSetSchema, readFileSync(descriptors));
  const fileDescriptorProtos = file.map((each) => Buffer.from(toBinary(FileDescriptorProtoSchema, each)));
  return { format: 'Protocol Buffer 3 DescriptorProto', type: {}, fileDescriptorProtos };
}
