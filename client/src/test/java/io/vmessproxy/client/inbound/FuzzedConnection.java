package io.vmessproxy.client.inbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.settings.ListenerSettings.Kind;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.StrangersLog;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One application's connection to a listener, with streams that lead nowhere instead of sockets.
 *
 * <p>Checks what holds for all front ends: nothing is thrown; who is closed was answered; when both
 * ends are gone the connection is, too; no buffer is left.
 */
final class FuzzedConnection {
  static final String USER = "user";
  static final String PASSWORD = "pass";

  /** A head, a chunk, and what netty's own decoders hold of each. */
  private static final int MAX_KEPT_BYTES = 1 << 20;

  private static final int MAX_ENDINGS = 200;

  private final CountingAllocator alloc = new CountingAllocator();
  private final FakeSocket socket = new FakeSocket(alloc);
  private final FakeOutbound outbound;
  private final Kind kind;
  private final byte[] cuts;
  private final boolean finBehindRequest;
  private final byte[] answer;
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final ByteArrayOutputStream forwarded = new ByteArrayOutputStream();
  private int streamsAnswered;

  /**
   * @param kind SOCKS or HTTP
   * @param in says who may connect, how streams open, and how bytes are cut
   * @param answer what the first stream's other end sends
   */
  FuzzedConnection(Kind kind, FuzzInput in, byte[] answer) {
    this.kind = kind;
    this.answer = answer;
    int choices = in.next();
    boolean login = (choices & 1) != 0;
    boolean late = (choices & 2) != 0;
    boolean failing = (choices & 4) != 0;
    finBehindRequest = (choices & 8) != 0;
    Failure failure = failing ? in.pick(Failure.values()) : null;
    cuts = in.cuts();
    outbound = new FakeOutbound(alloc, failure, late);
    Credentials credentials =
        login ? new Credentials(List.of(new Credentials.Login(USER, PASSWORD))) : Credentials.NONE;
    socket
        .pipeline()
        .addLast(new HandshakeGuard(Timeouts.DEFAULT.handshake(), new StrangersLog(line -> {})))
        .addLast(
            new ProtocolDetector(
                kind, credentials, new Dispatcher(outbound), null, Timeouts.DEFAULT));
  }

  /** Sends these bytes, as far as the front end reads them, and ends both ends of all there is. */
  void run(byte[] wire) {
    for (byte[] piece : FuzzInput.cut(wire, cuts)) {
      send(piece);
      step();
    }
    if (finBehindRequest) {
      socket.fin();
    }
    outbound.goOn();
    step();
    checkAnswered(wire);
    end();
    alloc.check(MAX_KEPT_BYTES + 8L * (wire.length + answer.length));
  }

  private void send(byte[] piece) {
    if (socket.isOpen() && socket.config().isAutoRead()) {
      sent.writeBytes(piece);
      socket.writeInbound(alloc.buffer(piece.length).writeBytes(piece));
    }
  }

  /** Everybody does what he can do now. */
  private void step() {
    socket.runPendingTasks();
    // By index: an answer may open the next stream.
    for (int i = 0; i < outbound.streams().size(); i++) {
      EmbeddedChannel stream = outbound.streams().get(i);
      stream.runPendingTasks();
      collect(stream, forwarded);
      if (i == streamsAnswered && stream.isOpen() && stream.config().isAutoRead()) {
        streamsAnswered++;
        answer(stream);
      }
    }
    socket.runPendingTasks();
    collect(socket, received);
  }

  private void answer(EmbeddedChannel stream) {
    for (byte[] piece : FuzzInput.cut(answer, cuts)) {
      if (stream.isOpen() && stream.config().isAutoRead()) {
        stream.writeInbound(alloc.buffer(piece.length).writeBytes(piece));
        stream.runPendingTasks();
      }
    }
  }

  private static void collect(EmbeddedChannel channel, ByteArrayOutputStream all) {
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      if (out instanceof ByteBuf bytes) {
        all.writeBytes(ByteBufUtil.getBytes(bytes));
      } else if (out != EndOfStream.INSTANCE) {
        throw new AssertionError("written: " + out);
      }
      ReferenceCountUtil.release(out);
    }
  }

  /** Who says something that could be for us hears why it is not, or feels that it is torn. */
  private void checkAnswered(byte[] wire) {
    boolean ours =
        wire.length > 0 && (kind == Kind.HTTP ? isLetter(wire[0]) : wire[0] == 4 || wire[0] == 5);
    boolean silent = received.size() == 0 && !socket.isReset() && !socket.isInputShutdown();
    if (ours && silent && !socket.isOpen()) {
      throw new AssertionError("closed without a word");
    }
  }

  private static boolean isLetter(byte b) {
    return (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
  }

  private void end() {
    socket.fin();
    step();
    // Deadlines follow one another (a wrong password's, the one for writing, the one to linger),
    // and
    // so do requests that came at once.
    for (int i = 0; i < MAX_ENDINGS && socket.isOpen(); i++) {
      outbound.goOn();
      step();
      endStreams();
      socket.advanceTimeBy(10, TimeUnit.MINUTES);
      socket.runScheduledPendingTasks();
      step();
    }
    if (socket.isOpen()) {
      throw new AssertionError("still open: " + socket.pipeline().names());
    }
    socket.finishAndReleaseAll();
    outbound.streams().forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  private void endStreams() {
    // By index: the end of one may open the next.
    for (int i = 0; i < outbound.streams().size(); i++) {
      EmbeddedChannel stream = outbound.streams().get(i);
      if (stream.isOpen()) {
        stream.writeInbound(EndOfStream.INSTANCE);
        stream.close();
      }
      step();
    }
  }

  /** What the front end has read. */
  byte[] sent() {
    return sent.toByteArray();
  }

  /** What the application was told, and was sent through a stream. */
  byte[] received() {
    return received.toByteArray();
  }

  /** {@link #received} as text, a character a byte. */
  String receivedText() {
    return received.toString(StandardCharsets.ISO_8859_1);
  }

  /** What went into streams, one behind the other. */
  byte[] forwarded() {
    return forwarded.toByteArray();
  }

  /** How many streams were opened. */
  int streams() {
    return outbound.streams().size();
  }

  /** Whether the application's connection was reset. */
  boolean isReset() {
    return socket.isReset();
  }
}
