/**
 * The program. {@link io.vmessproxy.client.ClientProxy} builds it from its settings; the
 * architecture page beside the sources says how the folders hang together.
 */
@NullMarked
package io.vmessproxy.client;

import org.jspecify.annotations.NullMarked;
