package io.vmessproxy.client.fault;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.header.AeadSeal;
import io.vmessproxy.common.vmess.header.AuthId;
import io.vmessproxy.common.vmess.header.ResponseHeaderCodec;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** Answers as a VMess server does, but for another request. */
final class WrongAnswer implements RawServer.Behaviour {
  private final CommandKey key = CommandKey.of(FaultBench.USER);

  @Override
  public void meet(Socket connection) throws IOException {
    InputStream in = connection.getInputStream();
    byte[] authId = in.readNBytes(AuthId.BYTES);
    byte[] length = in.readNBytes(AeadSeal.SEALED_LENGTH_BYTES);
    byte[] nonce = in.readNBytes(AeadSeal.NONCE_BYTES);
    if (nonce.length < AeadSeal.NONCE_BYTES || AuthId.open(key, authId).isEmpty()) {
      return;
    }
    byte[] sealed = in.readNBytes(AeadSeal.openLength(key, authId, length, nonce));
    RequestHeader header = AeadSeal.openHeader(key, authId, nonce, sealed);
    SessionKeys keys = header.keys();
    byte other = (byte) (keys.responseAuth() + 1);
    ByteBuf answer = Unpooled.buffer();
    ResponseHeaderCodec.encode(
        SessionKeys.of(keys.requestKey(), keys.requestIv(), other), null, answer);
    RawServer.send(connection, ByteBufUtil.getBytes(answer));
    RawServer.readAll(connection);
  }
}
