// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/// The report for programs. Times that were not reached are null.
public final class ReportJson {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private ReportJson() {}

  public static String of(LabReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("pass", report.isPass());
    root.putObject("sessions")
        .put("expected", report.expectedSessions())
        .put("established", report.establishedSessions());
    ObjectNode timings = root.putObject("timings_ms");
    for (Timing timing : Timing.values()) {
      Duration value = report.timings().get(timing);
      if (value == null) {
        timings.putNull(timing.key());
      } else {
        timings.put(timing.key(), millis(value));
      }
    }
    ArrayNode connectivity = root.putArray("connectivity");
    report.findings().forEach(finding -> put(connectivity.addObject(), finding));
    ArrayNode nodes = root.putArray("nodes");
    for (LabReport.NodeUse node : report.nodes()) {
      nodes
          .addObject()
          .put("name", node.name())
          .put("rss_mib", tenths(node.residentMib()))
          .put("cpu_s", Math.round(node.cpuSeconds() * 100) / 100.0);
    }
    ArrayNode adds = root.putArray("pod_adds_ms");
    report.podAdds().forEach(add -> adds.add(millis(add)));
    ArrayNode problems = root.putArray("problems");
    report.problems().forEach(problems::add);
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of values is always written", e);
    }
  }

  private static void put(ObjectNode row, Finding finding) {
    Expectation expectation = finding.expectation();
    Traffic traffic = expectation.traffic();
    row.put("from", expectation.from());
    row.put("to", expectation.to());
    row.put("protocol", traffic.kind().word());
    if (traffic.kind() == Traffic.Kind.ICMP) {
      row.putNull("port");
    } else {
      row.put("port", traffic.port());
    }
    row.put("family", expectation.family().version());
    row.put("expected", finding.expected());
    row.put("actual", finding.actual());
  }

  private static double millis(Duration duration) {
    return tenths(duration.toNanos() / 1e6);
  }

  private static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
