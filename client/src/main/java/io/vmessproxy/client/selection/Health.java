package io.vmessproxy.client.selection;

/**
 * What a selector may know of its endpoints. Called from any thread, once or more for each pick.
 */
public interface Health {
  /** Nothing is known against any. */
  Health ALL_WELL =
      new Health() {
        @Override
        public boolean available(Endpoint endpoint) {
          return true;
        }

        @Override
        public long latencyNanos(Endpoint endpoint) {
          return 0;
        }
      };

  /** Whether nothing speaks against choosing it now. */
  boolean available(Endpoint endpoint);

  /** What its first answers take of late; 0 while that is not known. */
  long latencyNanos(Endpoint endpoint);

  /** Changes whenever an endpoint may have become available, or ceased to be. */
  default long version() {
    return 0;
  }
}
