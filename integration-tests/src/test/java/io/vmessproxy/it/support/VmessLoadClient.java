package io.vmessproxy.it.support;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.body.BodyDecoder;
import io.vmessproxy.common.vmess.body.BodyEncoder;
import io.vmessproxy.common.vmess.body.BodyPipeline;
import io.vmessproxy.common.vmess.header.AeadSeal;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * VMess connections without a proxy before them, as cheap as they can be: AEAD headers,
 * aes-128-gcm, one question and its echo. The one class of the tests that uses the program's own.
 */
public final class VmessLoadClient {
  private static final int LIMIT_MILLIS = 15_000;

  /** A sealed length and a sealed block of four bytes, which names no command. */
  private static final int RESPONSE_HEADER_BYTES = 18 + 4 + 16;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final CommandKey key;

  public VmessLoadClient(String id) {
    this.key = CommandKey.of(UserId.parse(id));
  }

  /**
   * Asks an echo through a server, reads the answer, ends the stream and waits for its other end.
   *
   * @param source the address to come from: one alone runs out of ports
   * @throws IOException if the answer is not the question, or the stream does not end in order
   */
  public void ask(InetAddress source, int serverPort, InetSocketAddress echo, byte[] question)
      throws IOException {
    RequestHeader header = header(echo);
    BodyEncoder encoder = BodyPipeline.requestEncoder(header);
    BodyDecoder decoder = BodyPipeline.responseDecoder(header);
    try (Socket socket = dial(source, serverPort)) {
      ByteBuf out = Unpooled.buffer(512);
      AeadSeal.seal(header, key, System.currentTimeMillis() / 1000, RANDOM, out);
      encoder.encode(Unpooled.wrappedBuffer(question), out);
      send(socket, out);
      InputStream in = socket.getInputStream();
      in.skipNBytes(RESPONSE_HEADER_BYTES);
      byte[] answer = read(in, decoder, question.length);
      if (!Arrays.equals(answer, question)) {
        throw new IOException("%d bytes came back (expected: the same)".formatted(answer.length));
      }
      ByteBuf end = Unpooled.buffer(128);
      encoder.end(end);
      send(socket, end);
      if (read(in, decoder, Integer.MAX_VALUE).length != 0 || !decoder.ended()) {
        throw new IOException("after the answer came more, or a close without an end");
      }
    } finally {
      decoder.close();
    }
  }

  private static RequestHeader header(InetSocketAddress echo) {
    Address address = Address.ofBytes(echo.getAddress().getAddress());
    return new RequestHeader(
        SessionKeys.random(RANDOM),
        BodyOptions.recommended(Security.AES_128_GCM, Command.TCP),
        Security.AES_128_GCM,
        Command.TCP,
        new Destination(address, echo.getPort()));
  }

  private static Socket dial(InetAddress source, int serverPort) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), serverPort, source, 0);
    socket.setSoTimeout(LIMIT_MILLIS);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static void send(Socket socket, ByteBuf bytes) throws IOException {
    bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
  }

  /** Reads until so many bytes are there, or the body has ended, or the connection. */
  private static byte[] read(InputStream in, BodyDecoder decoder, int wanted) throws IOException {
    ByteBuf plain = Unpooled.buffer();
    byte[] some = new byte[1024];
    while (plain.readableBytes() < wanted && !decoder.ended()) {
      int came = in.read(some);
      if (came < 0) {
        break;
      }
      @Nullable ByteBuf opened =
          decoder.decode(UnpooledByteBufAllocator.DEFAULT, Unpooled.wrappedBuffer(some, 0, came));
      if (opened != null) {
        plain.writeBytes(opened);
        opened.release();
      }
    }
    byte[] bytes = new byte[plain.readableBytes()];
    plain.readBytes(bytes);
    return bytes;
  }
}
