/** Reading and changing consumer groups. */
import type { Admin } from '@platformatic/kafka';
import { CommandFailure, exitCode } from '../failure.ts';
import { findGroup, type GroupState, type Member, readGroups } from './group-members.ts';
import { describePartitions, findTopic, offsetsAt } from './topics.ts';

/** A group in one line. */
export interface GroupSummary {
  readonly group: string;
  readonly state: string;
  readonly members: number;
  /** Those of which it has committed offsets. */
  readonly topics: readonly string[];
}

/** How far a group has come with a partition. `offset`: what it reads next, null where it has not committed any. */
export interface Progress {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number | null;
  readonly end_offset: number;
  readonly lag: number;
}

/** A group with its members and its progress. */
export interface GroupDescription {
  readonly group: string;
  readonly state: string;
  readonly members: readonly Member[];
  readonly offsets: readonly Progress[];
  readonly lag: number;
}

/** A change of the offset of a partition. */
export interface OffsetReset {
  readonly topic: string;
  readonly partition: number;
  readonly from: number | null;
  readonly to: number;
}

/** Every group by name. */
export async function listGroups(admin: Admin): Promise<GroupSummary[]> {
  const groups = await readGroups(admin);
  return Promise.all(
    [...groups].map(async ([group, { state, members }]) => ({
      group,
      state,
      members: members.length,
      topics: [...new Set((await committedOffsets(admin, group)).map(({ topic }) => topic))].sort(),
    })),
  );
}

/** A group; fails where there is none of this name. */
export async function describeGroup(admin: Admin, group: string): Promise<GroupDescription> {
  const { state, members } = await findGroup(admin, group);
  const offsets = await readProgress(admin, group, members);
  return { group, state, members, offsets, lag: offsets.reduce((sum, { lag }) => sum + lag, 0) };
}

/** Sets what a group without members reads next of a topic; answers the changes, which a dry run only computes. */
export async function resetGroup(
  admin: Admin,
  name: string,
  { topic, to, dryRun }: { readonly topic: string; readonly to: bigint; readonly dryRun: boolean },
): Promise<OffsetReset[]> {
  refuseWhileActive(name, await findGroup(admin, name), 'reset');
  const partitions = (await findTopic(admin, topic)).metadata.partitions.map((_, partition) => partition);
  const [before, targets] = await Promise.all([committedOffsets(admin, name), offsetsAt(admin, topic, partitions, to)]);
  const changes = partitions.map((partition) => ({
    topic,
    partition,
    from: before.find((one) => one.topic === topic && one.partition === partition)?.offset ?? null,
    to: targets.get(partition) ?? 0,
  }));
  if (dryRun) return changes;
  const partitionOffsets = changes.map(({ partition, to: offset }) => ({ partition, offset: BigInt(offset) }));
  await admin.alterConsumerGroupOffsets({ groupId: name, topics: [{ name: topic, partitionOffsets }] });
  return changes;
}

/** Removes a group without members, with its offsets. */
export async function deleteGroup(admin: Admin, name: string): Promise<void> {
  refuseWhileActive(name, await findGroup(admin, name), 'deleted');
  await admin.deleteGroups({ groups: [name] });
}

/** Every partition of the topics that a group reads; of one without an offset, all that is there lies before it. */
async function readProgress(admin: Admin, group: string, members: readonly Member[]): Promise<Progress[]> {
  const committed = await committedOffsets(admin, group);
  const assigned = members.flatMap(({ assignments }) => assignments);
  const topics = [...new Set([...committed, ...assigned].map(({ topic }) => topic))].sort();
  const existing = await admin.listTopics({ includeInternals: true });
  const perTopic = topics
    .filter((topic) => existing.includes(topic))
    .map(async (topic) => {
      const partitions = await describePartitions(admin, topic);
      return partitions.map(({ partition, first_offset, end_offset }) => {
        const offset = committed.find((one) => one.topic === topic && one.partition === partition)?.offset ?? null;
        const start = Math.max(offset ?? 0, first_offset);
        return { topic, partition, offset, end_offset, lag: Math.max(0, end_offset - start) };
      });
    });
  return (await Promise.all(perTopic)).flat();
}

async function committedOffsets(admin: Admin, group: string) {
  const [listed] = await admin.listConsumerGroupOffsets({ groups: [group] });
  return (listed?.topics ?? []).flatMap(({ name: topic, partitions }) =>
    partitions
      .filter(({ committedOffset }) => committedOffset >= 0n)
      .map(({ partitionIndex, committedOffset }) => ({
        topic,
        partition: partitionIndex,
        offset: Number(committedOffset),
      })),
  );
}

/** Members would go on where they are and commit over what was set. */
function refuseWhileActive(name: string, { members }: GroupState, what: string): void {
  if (members.length === 0) return;
  const clients = [...new Set(members.map(({ client_id }) => client_id))].join(', ');
  const count = members.length === 1 ? 'an active member' : `${members.length} active members`;
  const message = `Group "${name}" has ${count} (${clients}) and cannot be ${what}: stop what reads with it first.`;
  throw new CommandFailure(exitCode.refused, message);
}
