// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.controllers.HttpPages.Page;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/// The pages: whether all is well, and metrics.
final class Pages {

  private static final String TEXT = "text/plain; charset=utf-8";

  private Pages() {}

  /// 200 while there is no obstacle, else 503 and what it is.
  ///
  /// @param well the word for it
  /// @param notes what to tell besides, where all is well
  static Page health(String well, List<String> obstacles, List<String> notes) {
    List<String> lines =
        obstacles.isEmpty() ? Stream.concat(Stream.of(well), notes.stream()).toList() : obstacles;
    return new Page(
        obstacles.isEmpty() ? HttpPages.OK : HttpPages.UNAVAILABLE,
        TEXT,
        String.join("\n", lines) + "\n");
  }

  static Page metrics(PrometheusRegistry registry) {
    PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    var body = new ByteArrayOutputStream();
    try {
      writer.write(body, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Page(HttpPages.OK, writer.getContentType(), body.toString(StandardCharsets.UTF_8));
  }
}
