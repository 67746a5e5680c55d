/**
 * Datagrams in streams: which target each one is for, where the stream that carries them has no
 * word for it. Knows nothing of VMess.
 */
@NullMarked
package io.vmessproxy.common.udp;

import org.jspecify.annotations.NullMarked;
