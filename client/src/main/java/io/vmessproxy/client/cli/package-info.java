/**
 * The command line. Start at {@link io.vmessproxy.client.cli.RunCommand}, {@link
 * io.vmessproxy.client.cli.LinkCommand} and {@link io.vmessproxy.client.cli.ServeCommand}; each
 * {@code ...Options} is a section of their help and turns its words into settings. Only this folder
 * knows picocli, the standard streams and exit codes.
 */
@NullMarked
package io.vmessproxy.client.cli;

import org.jspecify.annotations.NullMarked;
