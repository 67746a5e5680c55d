/**
 * The command line. Start at {@link io.vmessproxy.client.cli.RunCommand}; each {@code ...Options}
 * is one section of its help and turns its words into settings. Only this folder knows picocli, the
 * standard streams and exit codes.
 */
@NullMarked
package io.vmessproxy.client.cli;

import org.jspecify.annotations.NullMarked;
