package io.vmessproxy.common.vmess.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.RequestSealer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with a request, the one who sent it sees the same: nothing, then a close. */
class StrangersTest {
  private static final long NOW = FakeClock.START;
  private static final int ALTER_ID = 4;
  private static final UserId KNOWN = UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b");
  private static final UserId UNKNOWN = UserId.parse("b831381d-6324-4d53-ad4f-8cda48b30811");
  private static final int AUTH_BYTES = 16;

  private final SecureRandom random = new MiddleRandom();
  private final FakeClock clock = new FakeClock();
  private final VmessServer server = server(false);

  /** Nobody is dialled: every target is denied, and the answer to whom we know is an empty one. */
  private VmessServer server(boolean disableInsecureEncryption) {
    return new VmessServer(
        List.of(new InboundUser(KNOWN, ALTER_ID, 0, "known")),
        new InboundOptions(
            PolicyTable.DEFAULT,
            (named, address) -> false,
            disableInsecureEncryption,
            Detour.NONE,
            0,
            0),
        new Freedom(new Dialer(new SystemResolver())),
        clock,
        random);
  }

  static Stream<Arguments> kinds() {
    return Stream.of(
            Stream.of(arguments("noise", HeaderForm.AEAD)),
            Stream.of(HeaderForm.values())
                .flatMap(
                    form ->
                        Stream.of(
                                "unknown user",
                                "slow clock",
                                "fast clock",
                                "used session keys",
                                "replay",
                                "flipped first byte",
                                "flipped last byte of the auth id",
                                "flipped byte behind the auth id",
                                "flipped last byte",
                                "flipped padding length",
                                "flipped command",
                                "surplus alternative id")
                            .map(kind -> arguments(kind, form))))
        .flatMap(kind -> kind);
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("kinds")
  void takesTheSameNumberOfBytesFromEveryKindOfStranger(String kind, HeaderForm form) {
    byte[] request = wrong(kind, form);
    EmbeddedChannel channel = connect();
    int sent = 0;
    while (channel.isOpen() && sent < 10_000) {
      byte next = sent < request.length ? request[sent] : (byte) (sent * 7);
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {next}));
      sent++;
    }

    assertThat(sent).isEqualTo(server.drainBytes()).isGreaterThan(Drain.LEAST_BYTES);
    assertThat(channel.<Object>readOutbound()).isNull();
    channel.finish();
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("kinds")
  void takesTheSameNumberOfBytesAtOnce(String kind, HeaderForm form) {
    byte[] request = wrong(kind, form);
    EmbeddedChannel channel = connect();
    ByteBuf most = Unpooled.buffer().writeBytes(request);
    most.writeZero(server.drainBytes() - 1 - request.length);
    channel.writeInbound(most);

    assertThat(channel.isOpen()).isTrue();
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[1]));
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.<Object>readOutbound()).isNull();
    channel.finish();
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("kinds")
  void waitsForTheHandshakesTimeOfEveryKindOfStranger(String kind, HeaderForm form) {
    EmbeddedChannel channel = connect();
    channel.writeInbound(Unpooled.wrappedBuffer(wrong(kind, form)));

    assertClosesWhenTheHandshakesTimeIsOver(channel);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 42, 53, 60})
  void waitsForTheHandshakesTimeOfAHeaderThatNeverEnds(int bytes) {
    for (HeaderForm form : HeaderForm.values()) {
      EmbeddedChannel channel = connect();
      channel.writeInbound(Unpooled.wrappedBuffer(request(KNOWN, form, NOW), 0, bytes));

      assertClosesWhenTheHandshakesTimeIsOver(channel);
    }
  }

  private static void assertClosesWhenTheHandshakesTimeIsOver(EmbeddedChannel channel) {
    channel.advanceTimeBy(3900, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isTrue();

    channel.advanceTimeBy(200, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.<Object>readOutbound()).isNull();
    channel.finish();
  }

  @ParameterizedTest
  @EnumSource(HeaderForm.class)
  void answersWhoeverIsKnownWithinTheWindow(HeaderForm form) {
    for (long skew : new long[] {-120, -100, 0, 100, 120}) {
      assertThat(answer(request(KNOWN, form, NOW + skew))).isNotEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(HeaderForm.class)
  void takesAHeaderByteByByte(HeaderForm form) {
    EmbeddedChannel channel = connect();
    for (byte one : request(KNOWN, form, NOW)) {
      assertThat(channel.<Object>readOutbound()).isNull();
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {one}));
    }

    assertThat(answer(channel)).isNotEmpty();
  }

  @Test
  void refusesALegacyAuthValueOnceAHeaderBehindItWasWrong() {
    byte[] first = request(KNOWN, HeaderForm.LEGACY, NOW);
    byte[] second = request(KNOWN, HeaderForm.LEGACY, NOW);
    byte[] nextSecond = request(KNOWN, HeaderForm.LEGACY, NOW + 1);
    assertThat(answer(first)).isNotEmpty();
    byte[] altered = request(KNOWN, HeaderForm.LEGACY, NOW);
    altered[altered.length - 1] ^= 1;

    assertSilence(altered);
    assertSilence(second);
    assertThat(answer(nextSecond)).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(value = Security.class)
  void endsInsecureBodiesAtOnceWhereTheyAreDisabled(Security security) {
    EmbeddedChannel channel = new EmbeddedChannel(new VmessServerHandshake(server(true)));
    channel.writeInbound(
        Unpooled.wrappedBuffer(
            request(KNOWN, HeaderForm.AEAD, NOW, SessionKeys.random(random), security)));

    boolean sealed = security == Security.AES_128_GCM || security == Security.CHACHA20_POLY1305;
    assertThat(channel.outboundMessages().isEmpty()).isEqualTo(!sealed);
    assertThat(channel.isOpen()).isFalse();
    channel.finishAndReleaseAll();
  }

  /** What a stranger may send. */
  private byte[] wrong(String kind, HeaderForm form) {
    byte[] request = request(KNOWN, form, NOW);
    return switch (kind) {
      case "noise" -> noise();
      case "unknown user" -> request(UNKNOWN, form, NOW);
      case "slow clock" -> request(KNOWN, form, NOW - 140);
      case "fast clock" -> request(KNOWN, form, NOW + 140);
      case "used session keys" -> usedSessionKeys(form);
      case "replay" -> replay(request);
      case "flipped first byte" -> flip(request, 0);
      case "flipped last byte of the auth id" -> flip(request, AUTH_BYTES - 1);
      case "flipped byte behind the auth id" -> flip(request, AUTH_BYTES);
      case "flipped last byte" -> flip(request, request.length - 1);
      // Offsets of a legacy header, in which a flipped bit is one in the plain header; the padding
      // is as long as can be then, so that the server waits for bytes that do not come.
      case "flipped padding length" -> flip(request, AUTH_BYTES + 35);
      case "flipped command" -> flip(request, AUTH_BYTES + 37);
      case "surplus alternative id" -> surplus(form);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static byte[] noise() {
    byte[] noise = new byte[400];
    new Random(20_261_123).nextBytes(noise);
    return noise;
  }

  private byte[] usedSessionKeys(HeaderForm form) {
    SessionKeys keys = SessionKeys.random(random, form);
    assertThat(answer(request(KNOWN, form, NOW, keys, Security.AES_128_GCM))).isNotEmpty();
    return request(KNOWN, form, NOW + 1, keys, Security.AES_128_GCM);
  }

  private byte[] replay(byte[] request) {
    assertThat(answer(request)).isNotEmpty();
    return request;
  }

  private byte[] surplus(HeaderForm form) {
    int alterId = form == HeaderForm.AEAD ? 0 : 4 * ALTER_ID; // The one in the middle is sent.
    UserId id = form == HeaderForm.AEAD ? UNKNOWN : KNOWN;
    ByteBuf out = Unpooled.buffer();
    RequestSealer.of(new Account(id, alterId, Security.AES_128_GCM, 0))
        .seal(header(SessionKeys.random(random, form), Security.AES_128_GCM), NOW, random, out);
    return ByteBufUtil.getBytes(out);
  }

  private static byte[] flip(byte[] request, int index) {
    byte[] flipped = request.clone();
    flipped[index] ^= 0x71;
    return flipped;
  }

  private void assertSilence(byte[] request) {
    EmbeddedChannel channel = connect();
    channel.writeInbound(Unpooled.wrappedBuffer(request));
    assertThat(channel.<Object>readOutbound()).isNull();
    assertThat(channel.isOpen()).isTrue();
    channel.finishAndReleaseAll();
  }

  private EmbeddedChannel connect() {
    EmbeddedChannel channel = new EmbeddedChannel(new VmessServerHandshake(server));
    channel.freezeTime();
    return channel;
  }

  private byte[] request(UserId id, HeaderForm form, long time) {
    return request(id, form, time, SessionKeys.random(random, form), Security.AES_128_GCM);
  }

  private byte[] request(
      UserId id, HeaderForm form, long time, SessionKeys keys, Security security) {
    int alterId = form == HeaderForm.AEAD ? 0 : ALTER_ID;
    ByteBuf out = Unpooled.buffer();
    RequestSealer.of(new Account(id, alterId, security, 0))
        .seal(header(keys, security), time, random, out);
    return ByteBufUtil.getBytes(out);
  }

  private static RequestHeader header(SessionKeys keys, Security security) {
    return new RequestHeader(
        keys,
        BodyOptions.recommended(security, Command.TCP),
        security,
        Command.TCP,
        new Destination(Address.of("192.0.2.1"), 80));
  }

  private byte[] answer(byte[] request) {
    EmbeddedChannel channel = connect();
    channel.writeInbound(Unpooled.wrappedBuffer(request));
    return answer(channel);
  }

  private static byte[] answer(EmbeddedChannel channel) {
    ByteBuf answer = channel.readOutbound();
    assertThat(answer).as("an answer").isNotNull();
    byte[] bytes = ByteBufUtil.getBytes(answer);
    answer.release();
    channel.finishAndReleaseAll();
    return bytes;
  }
}
