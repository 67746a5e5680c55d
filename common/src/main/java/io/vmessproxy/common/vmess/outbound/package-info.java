/**
 * The client's end of VMess. Start at {@link
 * io.vmessproxy.common.vmess.outbound.VmessClientHandler}.
 */
@NullMarked
package io.vmessproxy.common.vmess.outbound;

import org.jspecify.annotations.NullMarked;
