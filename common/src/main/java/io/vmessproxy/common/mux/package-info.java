/**
 * Mux.Cool: many streams, and datagrams, in one stream of bytes. Start at {@link
 * io.vmessproxy.common.mux.MuxConnection}. Knows nothing of VMess, in whose streams it travels.
 */
@NullMarked
package io.vmessproxy.common.mux;

import org.jspecify.annotations.NullMarked;
