package io.vmessproxy.client.fault;

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

/** A layer above TCP that fails only when the stream has been handed on, in a transport's stead. */
final class TransportFaults {
  private TransportFaults() {}

  static List<Fault> all() {
    return List.of(
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
