package io.vmessproxy.it.support;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether something grows: a line through the means of blocks of time, whose slope is tried against
 * those of the same blocks in other orders. What is alike from one second to the next is in one
 * block, so the blocks may be taken for independent.
 *
 * @param mean of all
 * @param slope of the line, in units an hour
 * @param p how often chance alone gives a slope as steep, up or down
 */
public record Trend(double mean, double slope, double p) {
  private static final int SHUFFLES = 5000;
  private static final double SIGNIFICANT = 0.05;

  /** A slope that no program is ever restarted for: a thousandth of the mean in an hour. */
  private static final double NEGLIGIBLE = 0.001;

  /**
   * The trend of these points.
   *
   * @param points seconds and values
   * @param blockSeconds how long a block is
   */
  public static Trend of(List<double[]> points, int blockSeconds, Random random) {
    Map<Integer, Double> blocks =
        points.stream()
            .collect(
                Collectors.groupingBy(
                    point -> (int) (point[0] / blockSeconds),
                    TreeMap::new,
                    Collectors.averagingDouble(point -> point[1])));
    double[] values = blocks.values().stream().mapToDouble(Double::doubleValue).toArray();
    double mean = Arrays.stream(values).average().orElse(0);
    double slope = slope(values);
    int asSteep = 0;
    double[] shuffled = values.clone();
    for (int i = 0; i < SHUFFLES; i++) {
      for (int n = shuffled.length - 1; n > 0; n--) {
        int other = random.nextInt(n + 1);
        double swap = shuffled[n];
        shuffled[n] = shuffled[other];
        shuffled[other] = swap;
      }
      if (Math.abs(slope(shuffled)) >= Math.abs(slope)) {
        asSteep++;
      }
    }
    return new Trend(mean, slope * 3600 / blockSeconds, (double) asSteep / SHUFFLES);
  }

  private static double slope(double[] values) {
    double middle = (values.length - 1) / 2.0;
    double over = 0;
    double under = 0;
    for (int i = 0; i < values.length; i++) {
      over += (i - middle) * values[i];
      under += (i - middle) * (i - middle);
    }
    return under == 0 ? 0 : over / under;
  }

  /** Whether it is not told from a level line, or falls, or hardly rises. */
  public boolean flat() {
    return p > SIGNIFICANT || slope < NEGLIGIBLE * mean;
  }

  @Override
  public String toString() {
    return "mean %.0f KiB, slope %+.1f KiB/h, p %.3f: %s"
        .formatted(mean, slope, p, flat() ? "flat" : "not flat");
  }
}
