/** One visual language: calm colours, dense where operators work, contrast of WCAG AA in light and dark. */
import {
  Alert,
  Anchor,
  Badge,
  Button,
  createTheme,
  type CSSVariablesResolver,
  darken,
  Notification,
  Table,
  Tooltip,
} from '@mantine/core';

/** The theme of all pages. */
export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: 9,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "Liberation Mono", Menlo, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.0625rem' }, h3: { fontSize: '0.9375rem' } },
  },
  components: {
    Alert: Alert.extend({ defaultProps: { radius: 'sm', variant: 'light' } }),
    Anchor: Anchor.extend({ defaultProps: { underline: 'hover', inherit: true } }),
    Badge: Badge.extend({
      defaultProps: { radius: 'sm', variant: 'light' },
      // A table that is narrow scrolls; a badge without its words says nothing.
      styles: { root: { minWidth: 'max-content' }, label: { textTransform: 'none', fontWeight: 600 } },
    }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    CloseButton: { defaultProps: { 'aria-label': 'Close' } },
    Notification: Notification.extend({ styles: { description: { color: 'var(--mantine-color-dimmed)' } } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm', highlightOnHover: true } }),
    Tooltip: Tooltip.extend({
      defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: true } },
    }),
  },
});

/** The colours of badges and notices: their text stands on a tint of the same colour. */
const TINTED = ['yellow', 'blue', 'grape', 'teal', 'red', 'orange', 'cyan', 'gray'];

/** What the standard colours lack: dimmed text and coloured text must be read easily, too. */
export const themeVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-body': '#fbfcfd',
    '--mantine-color-placeholder': colors.gray[7],
    '--mantine-color-error': colors.red[9],
    '--mantine-color-anchor': colors.cyan[9],
    ...Object.fromEntries(
      TINTED.map((name) => [`--mantine-color-${name}-light-color`, darken(colors[name]?.[9] ?? '#000000', 0.3)]),
    ),
    '--mantine-color-cyan-filled-hover': darken(colors.cyan[9], 0.15),
    '--mantine-color-red-filled-hover': darken(colors.red[9], 0.15),
    '--surface': '#ffffff',
    '--hairline': colors.gray[3],
  },
  dark: {
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-body': '#16181b',
    '--mantine-color-placeholder': colors.dark[1],
    '--mantine-color-error': colors.red[4],
    '--mantine-color-anchor': colors.cyan[3],
    '--mantine-color-cyan-filled-hover': darken(colors.cyan[9], 0.15),
    '--mantine-color-red-filled-hover': darken(colors.red[9], 0.15),
    '--surface': '#1d2024',
    '--hairline': '#33373d',
  },
});
