package io.vmessproxy.client.fault;

import static io.vmessproxy.client.fault.FaultBench.loopback;
import static io.vmessproxy.client.fault.FaultBench.server;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.fault.Fault.Broken;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.common.net.Destination;
import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * What layers above TCP fail with, in their stead: how each comes to fail so is their own tests'
 * matter.
 */
final class TransportFaults {
  private TransportFaults() {}

  static List<Fault> all() {
    return Stream.concat(early(), late()).toList();
  }

  private static Stream<Fault> early() {
    return Stream.of(
        thrown("tls", Failure.TLS_EXPIRED),
        thrown("tls", Failure.TLS_NOT_YET_VALID),
        thrown("tls", Failure.TLS_WRONG_HOST),
        thrown("tls", Failure.TLS_SELF_SIGNED),
        thrown("tls", Failure.TLS_INCOMPLETE_CHAIN),
        thrown("tls", Failure.TLS_UNTRUSTED),
        thrown("tls", Failure.TLS_PIN),
        thrown("tls", Failure.TLS_PROTOCOL),
        thrown("tls", Failure.TLS_TO_PLAIN),
        thrown("ws", Failure.HTTP_STATUS),
        thrown("ws", Failure.WRONG_PATH),
        thrown("ws", Failure.NOT_WEBSOCKET),
        thrown("grpc", Failure.WRONG_SERVICE));
  }

  private static Fault thrown(String stage, Failure failure) {
    OutboundTransport failing = loop -> loop.newFailedFuture(exception(stage, failure));
    return new Fault(
        stage + " fails: " + failure.text(),
        failure,
        stage,
        bench -> Broken.behind(server(loopback(443)), failing));
  }

  private static Stream<Fault> late() {
    return Stream.of(
        noted("grpc says late that the service is wrong, and closes", Failure.WRONG_SERVICE, true),
        noted("h2 says late that the path is wrong, and stays", Failure.WRONG_PATH, false),
        new Fault(
            "ws fails late",
            Failure.TRANSPORT,
            "late",
            bench ->
                late(
                    bench,
                    Failure.TRANSPORT,
                    (stream, failure) -> stream.pipeline().fireExceptionCaught(failure))));
  }

  private static Fault noted(String name, Failure failure, boolean closes) {
    return new Fault(
        name,
        failure,
        "late",
        bench ->
            late(
                bench,
                failure,
                (stream, exception) -> {
                  LateFailure.note(stream, exception);
                  if (closes) {
                    stream.pipeline().fireChannelInactive();
                  }
                }));
  }

  /** The stream stands; that it fails is heard behind it. */
  private static Broken late(
      FaultBench bench, Failure failure, BiConsumer<Channel, TransportException> happens)
      throws IOException {
    Destination silent = bench.listening(RawServer::readAll);
    OutboundTransport tcp = bench.tcp(silent);
    OutboundTransport failing =
        loop -> {
          Future<Channel> opening = tcp.open(loop);
          opening.addListener(
              opened ->
                  loop.execute(() -> happens.accept(opening.getNow(), exception("late", failure))));
          return opening;
        };
    return Broken.behind(server(silent), failing);
  }

  private static TransportException exception(String stage, Failure failure) {
    return new TransportException(failure, stage, "it was made so", "unmake it");
  }
}
