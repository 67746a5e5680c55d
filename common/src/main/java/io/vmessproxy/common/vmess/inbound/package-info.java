/** The server's end of VMess. Start at {@link io.vmessproxy.common.vmess.inbound.VmessServer}. */
@NullMarked
package io.vmessproxy.common.vmess.inbound;

import org.jspecify.annotations.NullMarked;
