/**
 * What stands around the program in the tests: the program as a process ({@link
 * io.vmessproxy.it.support.ProxyProcess}), VMess servers ({@link io.vmessproxy.it.support.Peer}),
 * targets and applications. Every process and socket here ends with its owner's {@code close()}.
 */
@NullMarked
package io.vmessproxy.it.support;

import org.jspecify.annotations.NullMarked;
