package io.vmessproxy.client.settings;

import io.vmessproxy.client.selection.Server;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions, and how they are kept up to date.
 *
 * @param places in the order given
 * @param interval from one refresh to the next; null: what the provider says, or a day
 * @param agent the User-Agent: many providers choose the format by it
 * @param direct whether a subscription that does not come through the servers is fetched directly,
 *     which shows this network that it is used
 * @param cacheDirectory null: nothing is kept on disk
 */
public record SubscriptionSettings(
    List<Place> places,
    @Nullable Duration interval,
    String agent,
    boolean direct,
    @Nullable Path cacheDirectory) {
  /** Without any. */
  public static final SubscriptionSettings NONE =
      new SubscriptionSettings(List.of(), null, "", false, null);

  public SubscriptionSettings {
    places = List.copyOf(places);
  }

  /**
   * A subscription among the servers given.
   *
   * @param before how many of those stand before it
   * @param options what the command line wants of each of its servers
   */
  public record Place(SubscriptionSource source, int before, UnaryOperator<Server> options) {}
}
