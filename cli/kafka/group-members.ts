/** The members of consumer groups, of the classic protocol of Kafka and of the newer one (KIP-848). */
import { type Admin, consumerGroupDescribeV0, FindCoordinatorKeyTypes } from '@platformatic/kafka';
import { unknown } from './connection.ts';

/** A member with what it reads. */
export interface Member {
  readonly id: string;
  readonly client_id: string;
  readonly host: string;
  readonly assignments: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

/** What a group is doing, such as STABLE or EMPTY, and who is in it. */
export interface GroupState {
  readonly state: string;
  readonly members: readonly Member[];
}

/** Every group by name. */
export async function readGroups(admin: Admin): Promise<ReadonlyMap<string, GroupState>> {
  const listed = [...(await admin.listGroups({ types: ['classic', 'consumer'] })).values()];
  const isNew = ({ groupType }: { groupType?: string }) => groupType?.toLowerCase() === 'consumer';
  const classic = listed.filter((group) => !isNew(group)).map(({ id }) => id);
  const newer = listed.filter(isNew).map(({ id }) => id);
  const states = [
    ...(classic.length === 0 ? [] : await describeClassic(admin, classic)),
    ...(await Promise.all(newer.map((group) => describeNewer(admin, group)))),
  ];
  return new Map(states.sort(([one], [other]) => one.localeCompare(other)));
}

/** A group; fails where there is none of this name. */
export async function findGroup(admin: Admin, name: string): Promise<GroupState> {
  const group = (await readGroups(admin)).get(name);
  if (group === undefined) throw unknown('group', name, 'groups list');
  return group;
}

async function describeClassic(admin: Admin, groups: string[]): Promise<[string, GroupState][]> {
  const described = await admin.describeGroups({ groups });
  return [...described.values()].map(({ id, state, members }) => [
    id,
    {
      state: state.toUpperCase(),
      members: [...members.values()].map((member) => ({
        id: member.id,
        client_id: member.clientId,
        host: hostOf(member.clientHost),
        assignments: [...(member.assignments?.values() ?? [])].map(({ topic, partitions }) => ({ topic, partitions })),
      })),
    },
  ]);
}

/** The administrator's client describes classic groups only, so the coordinator is asked in the words of the protocol. */
async function describeNewer(admin: Admin, name: string): Promise<[string, GroupState]> {
  const [coordinator] = await admin.findCoordinator({ keyType: FindCoordinatorKeyTypes.GROUP, keys: [name] });
  const node = coordinator?.nodeId ?? -1;
  const connection = (await admin.connectToBrokers([node])).get(node);
  if (connection === undefined) throw new Error(`the coordinator of group ${name} is away`);
  const { groups } = await consumerGroupDescribeV0.api.async(connection, [name], false);
  const members = (groups[0]?.members ?? []).map(({ memberId, clientId, clientHost, assignment }) => ({
    id: memberId,
    client_id: clientId,
    host: hostOf(clientHost),
    assignments: assignment.topicPartitions.map(({ topicName: topic, partitions }) => ({ topic, partitions })),
  }));
  return [name, { state: (groups[0]?.groupState ?? 'unknown').toUpperCase(), members }];
}

function hostOf(address: string): string {
  return address.replace(/^\//, '');
}
