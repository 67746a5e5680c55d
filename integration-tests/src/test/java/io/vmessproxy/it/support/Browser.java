package io.vmessproxy.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A headless Chromium that has no way out but the proxy. */
public final class Browser implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final List<String> FLAGS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          // Without it Chromium goes to this machine's own addresses directly.
          "--proxy-bypass-list=<-loopback>");

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts it.
   *
   * @param proxy {@code socks5://HOST:PORT} or {@code http://HOST:PORT}
   * @param profile a directory of its own
   */
  public static Browser start(String proxy, Path profile) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(Tool.CHROMIUM.path().toFile());
    options.addArguments(FLAGS);
    options.addArguments("--user-data-dir=" + profile, "--proxy-server=" + proxy);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(Tool.CHROMEDRIVER.path().toFile())
            .usingAnyFreePort()
            .build();
    ChromeDriver driver = new ChromeDriver(service, options);
    driver.manage().timeouts().pageLoadTimeout(LIMIT);
    return new Browser(driver);
  }

  public void open(String url) {
    driver.get(url);
  }

  /** Waits until the page has this title. */
  public void awaitTitle(String title) {
    Wait.until(LIMIT, () -> title.equals(driver.getTitle()), () -> "title " + driver.getTitle());
  }

  public void type(String field, String text) {
    driver.findElement(By.name(field)).sendKeys(text);
  }

  public void click(String id) {
    driver.findElement(By.id(id)).click();
  }

  public String text(String id) {
    return driver.findElement(By.id(id)).getText();
  }

  /** Keeps a picture of the page under {@code target}. */
  public void screenshot(String name) {
    try {
      Files.write(Path.of("target", name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
