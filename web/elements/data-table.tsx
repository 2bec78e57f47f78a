/** Rows of the server: sorted and filtered there, shown here. */
import { Box, Checkbox, Group, Table, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react';
import {
  type ColumnDef,
  type RowData,
  rowSelectionFeature,
  type RowSelectionState,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import type { ReactNode } from 'react';
import { Empty } from './state.tsx';

const features = tableFeatures({ rowSortingFeature, rowSelectionFeature });

/** A column; `meta.align: 'right'` for figures. Only columns with `enableSorting: true` can be sorted by. */
export type Column<Row extends RowData> = ColumnDef<typeof features, Row>;

/** A sort as the API takes it: a field, with `-` before it where the largest comes first. */
export type Sort = string;

interface DataTableProps<Row extends RowData> {
  /** What the table holds, for those who do not see it. */
  readonly label: string;
  /** Keep it stable: at module scope or in a memo. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  readonly sort?: Sort | undefined;
  readonly onSort?: (sort: Sort) => void;
  /** Ids of the rows that are ticked; without it rows cannot be. */
  readonly selection?: ReadonlySet<string>;
  readonly onSelection?: (ids: ReadonlySet<string>) => void;
  /** What stands in place of no rows. */
  readonly empty?: ReactNode;
  /** Whether other rows are on their way. */
  readonly isStale?: boolean;
}

/** A table of what the server answered. */
export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowId, sort, onSort, selection, onSelection, empty, isStale = false } = props;
  const table = useTable({
    features,
    columns: columns,
    data: rows,
    getRowId: rowId,
    manualSorting: true,
    enableRowSelection: selection !== undefined,
    state: {
      sorting: sort ? [{ id: sort.replace(/^-/, ''), desc: sort.startsWith('-') }] : [],
      rowSelection: Object.fromEntries([...(selection ?? [])].map((id) => [id, true])),
    },
    onRowSelectionChange: (update) => {
      const before: RowSelectionState = Object.fromEntries([...(selection ?? [])].map((id) => [id, true]));
      const after = typeof update === 'function' ? update(before) : update;
      onSelection?.(new Set(Object.keys(after).filter((id) => after[id])));
    },
  });
  if (rows.length === 0 && !isStale) return <>{empty ?? <Empty title="Nothing here" />}</>;

  return (
    <Box aria-busy={isStale} style={{ opacity: isStale ? 0.6 : 1 }}>
      <Table.ScrollContainer
        minWidth={640}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label, role: 'region' } }}
      >
        <Table aria-label={label}>
          <Table.Thead>
            {table.getHeaderGroups().map((group) => (
              <Table.Tr key={group.id}>
                {selection !== undefined && (
                  <Table.Th w={36}>
                    <Checkbox
                      aria-label="Select all on this page"
                      size="xs"
                      checked={table.getIsAllRowsSelected()}
                      indeterminate={table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected()}
                      onChange={table.getToggleAllRowsSelectedHandler()}
                    />
                  </Table.Th>
                )}
                {group.headers.map((header) => {
                  const { id, columnDef } = header.column;
                  const isSortable = onSort !== undefined && columnDef.enableSorting === true;
                  const direction = sort === id ? 'ascending' : sort === `-${id}` ? 'descending' : 'none';
                  const title = <table.FlexRender header={header} />;
                  return (
                    <Table.Th
                      key={header.id}
                      ta={alignOf(columnDef)}
                      {...(isSortable ? { 'aria-sort': direction } : {})}
                    >
                      {isSortable ? (
                        <UnstyledButton
                          fz="inherit"
                          fw="inherit"
                          onClick={() => onSort(sort === `-${id}` ? id : `-${id}`)}
                        >
                          <Group gap={4} wrap="nowrap" display="inline-flex">
                            {title}
                            <SortIcon direction={direction} />
                          </Group>
                        </UnstyledButton>
                      ) : (
                        title
                      )}
                    </Table.Th>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Thead>
          <Table.Tbody>
            {table.getRowModel().rows.map((row) => (
              <Table.Tr key={row.id}>
                {selection !== undefined && (
                  <Table.Td>
                    <Checkbox
                      aria-label={`Select ${row.id}`}
                      size="xs"
                      checked={row.getIsSelected()}
                      onChange={row.getToggleSelectedHandler()}
                    />
                  </Table.Td>
                )}
                {row.getAllCells().map((cell) => (
                  <Table.Td key={cell.id} ta={alignOf(cell.column.columnDef)}>
                    <table.FlexRender cell={cell} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Box>
  );
}

function SortIcon({ direction }: { direction: 'ascending' | 'descending' | 'none' }) {
  if (direction === 'ascending') return <IconArrowUp size={13} aria-hidden />;
  if (direction === 'descending') return <IconArrowDown size={13} aria-hidden />;
  return <IconArrowsSort size={13} aria-hidden opacity={0.5} />;
}

function alignOf(column: { meta?: unknown }): 'right' | undefined {
  return (column.meta as { align?: 'right' } | undefined)?.align;
}
