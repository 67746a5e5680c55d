/**
 * The packaged program, driven from outside as applications and users drive it: one class a
 * scenario. Start at {@link io.vmessproxy.it.TcpThroughVmessIT}. Uses none of the program's own
 * classes, but for the clients of {@link io.vmessproxy.it.ServeLoadIT}.
 */
@NullMarked
package io.vmessproxy.it;

import org.jspecify.annotations.NullMarked;
