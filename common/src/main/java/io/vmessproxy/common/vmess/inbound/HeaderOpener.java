package io.vmessproxy.common.vmess.inbound;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.vmess.RequestHeader;
import org.jspecify.annotations.Nullable;

/** Reads one request header behind its first 16 bytes, in either form. */
@FunctionalInterface
interface HeaderOpener {
  /**
   * Consumes what belongs to the header, and nothing behind it. Does not release {@code in}.
   *
   * @return null while more bytes are needed
   * @throws io.vmessproxy.common.vmess.VmessException if it is wrong
   */
  @Nullable RequestHeader read(ByteBuf in);
}
