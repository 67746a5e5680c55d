package io.vmessproxy.client.transport.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.fuzz.FuzzInput;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Queue;

/** A connection whose other end sends what a fuzzer thought of, cut anywhere. */
final class FuzzedWire {
  /** A head, a pong for each two bytes, and what comes in between. */
  private static final int MAX_KEPT_BYTES = 1 << 16;

  private static final int PER_BYTE = 64;

  private final CountingAllocator alloc = new CountingAllocator();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private long wireBytes;

  FuzzedWire() {
    channel.config().setAllocator(alloc);
    channel.config().setAutoRead(false);
  }

  EmbeddedChannel channel() {
    return channel;
  }

  /** The other end sends, as long as there is somebody. */
  void receive(byte[] wire, byte[] cuts) {
    wireBytes += wire.length;
    for (byte[] piece : FuzzInput.cut(wire, cuts)) {
      if (channel.isOpen()) {
        channel.writeInbound(alloc.buffer(piece.length).writeBytes(piece));
      }
      drain();
    }
  }

  private void drain() {
    channel.runPendingTasks();
    drain(channel.outboundMessages(), sent);
    drain(channel.inboundMessages(), received);
  }

  private static void drain(Queue<Object> messages, ByteArrayOutputStream into) {
    for (Object next = messages.poll(); next != null; next = messages.poll()) {
      ByteBuf bytes = (ByteBuf) next;
      byte[] some = new byte[bytes.readableBytes()];
      bytes.readBytes(some);
      bytes.release();
      into.writeBytes(some);
    }
  }

  /** What has been sent so far. */
  String sentText() {
    drain();
    return sent.toString(StandardCharsets.ISO_8859_1);
  }

  /** What the stream has carried so far. */
  byte[] received() {
    drain();
    return received.toByteArray();
  }

  /** Both ends close; nothing may be left. */
  void end() {
    drain();
    channel.finishAndReleaseAll();
    alloc.check(MAX_KEPT_BYTES + PER_BYTE * wireBytes);
  }

  /** Fails unless {@code bytes} is all that the stream has carried. */
  void checkReceived(byte[] bytes) {
    if (!Arrays.equals(received(), bytes)) {
      throw new AssertionError("carried " + Arrays.toString(received()));
    }
  }
}
