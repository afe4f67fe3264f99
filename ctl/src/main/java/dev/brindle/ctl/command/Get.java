// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.ResourceClient;
import dev.brindle.ctl.client.StoreNews;
import dev.brindle.ctl.client.WatchEvent;
import dev.brindle.ctl.client.Watched;
import dev.brindle.ctl.input.Manifests;
import dev.brindle.ctl.output.Answer;
import dev.brindle.ctl.output.AnswerText;
import dev.brindle.ctl.output.OutputFormat;
import dev.brindle.ctl.output.WatchText;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.Listing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `get`.
@Command(name = "get", description = "Show resources, by file or by kind and name.")
public final class Get implements Callable<Integer> {

  private static final AsNumber DEFAULT_AS = new AsNumber(64_512);

  private final Surroundings world;
  private final StoreAccess access;

  @Mixin private InputOptions input;
  @Mixin private ConfigOption config;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description =
          "ps, wide, yaml, json, custom-columns=A,B, go-template=T or go-template-file=F. Default: ${DEFAULT-VALUE}.")
  private String output = "ps";

  @Option(
      names = {"-A", "-a", "--all-namespaces"},
      description = "Show resources of all namespaces.")
  private boolean isAll;

  @Option(
      names = {"-w", "--watch"},
      description = "Go on showing what changes, until this command is ended.")
  private boolean isWatch;

  @Option(names = "--export", description = "Leave out what belongs to this cluster only.")
  private boolean isExport;

  @Parameters(arity = "0..*", paramLabel = "KIND NAME...")
  private List<String> arguments = List.of();

  public Get(Surroundings world, StoreAccess access) {
    this.world = world;
    this.access = access;
  }

  @Override
  public Integer call() {
    OutputFormat format = whole(OutputFormat.parse(output));
    List<ResourceKey> named = input.filename == null ? named() : ofFiles();
    if (isWatch) {
      return access.with(config, store -> watch(store, named, format));
    }
    return access.with(config, store -> run(store, named, format));
  }

  /// With the text of a template in place of its file.
  private static OutputFormat whole(OutputFormat format) {
    if (!(format instanceof OutputFormat.GoTemplateFile(Path file))) {
      return format;
    }
    try {
      return new OutputFormat.GoTemplate(Files.readString(file));
    } catch (IOException e) {
      throw new ClientException("cannot read the template %s: %s".formatted(file, e.getMessage()));
    }
  }

  private List<ResourceKey> ofFiles() {
    return input
        .read(new Manifests(world.in()), access.namespaces(config, input.namespace, false))
        .stream()
        .map(manifest -> manifest.resource().key())
        .toList();
  }

  /// Empty to show all of the kind.
  private List<ResourceKey> named() {
    ResourceKind kind = kind();
    List<String> names = arguments.subList(1, arguments.size());
    if (isAll && !names.isEmpty() && kind.isNamespaced()) {
      throw new ClientException("cannot use --all-namespace flag for getting a single resource");
    }
    String namespace = access.namespaces(config, input.namespace, isAll).resolve(kind, "");
    return names.stream().map(name -> new ResourceKey(kind, namespace, name)).toList();
  }

  private ResourceKind kind() {
    try {
      return InputOptions.kind(arguments);
    } catch (ClientException e) {
      throw new ClientException("failed to get resources: " + e.getMessage());
    }
  }

  private int run(Datastore store, List<ResourceKey> named, OutputFormat format) {
    ResourceClient client = new ResourceClient(store);
    List<Answer> answers = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    if (named.isEmpty() && input.filename == null) {
      answers.add(all(client));
    }
    for (ResourceKey key : named) {
      try {
        answers.add(new Answer.One(exported(client.get(key))));
      } catch (ClientException e) {
        errors.add(String.valueOf(e.getMessage()));
      }
    }
    if (!answers.isEmpty() || !errors.isEmpty()) {
      world.out().print(answers(store).of(answers, format));
    }
    errors.forEach(world.err()::println);
    return errors.isEmpty() ? 0 : 1;
  }

  /// Ends when it is interrupted, or when nobody reads any more.
  private int watch(Datastore store, List<ResourceKey> named, OutputFormat format) {
    ResourceKind kind = watchedKind();
    String namespace = access.namespaces(config, input.namespace, isAll).resolve(kind, "");
    var watched =
        new Watched(
            key ->
                named.isEmpty()
                    ? namespace.isEmpty() || key.namespace().equals(namespace)
                    : named.contains(key));
    var text = new WatchText(answers(store), kind, format);
    var news = new StoreNews();
    try (Feed _ = store.feed(List.of(kind), news)) {
      List<WatchEvent> first = watched.events(news.takeFirst());
      for (ResourceKey key : named) {
        if (!watched.knows(key)) {
          throw ClientException.missing(key);
        }
      }
      world.out().print(text.first(first.stream().map(this::exported).toList()));
      while (!world.out().checkError()) {
        watched.events(news.takeNext()).stream()
            .map(this::exported)
            .forEach(event -> world.out().print(text.next(event)));
      }
      return 0;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private ResourceKind watchedKind() {
    if (input.filename != null) {
      throw new ClientException("--watch needs a kind of resource instead of -f FILE");
    }
    return InputOptions.kind(arguments);
  }

  private WatchEvent exported(WatchEvent event) {
    return new WatchEvent(event.type(), exported(event.resource()));
  }

  private AnswerText answers(Datastore store) {
    return new AnswerText(clusterAs(store), isAll || !input.namespace.isEmpty());
  }

  private Answer all(ResourceClient client) {
    ResourceKind kind = InputOptions.kind(arguments);
    String namespace = access.namespaces(config, input.namespace, isAll).resolve(kind, "");
    Listing found = client.listing(kind, namespace);
    return new Answer.Many(kind, found.resources(), found.revision());
  }

  private Resource exported(Resource resource) {
    if (!isExport) {
      return resource;
    }
    Metadata bare = resource.metadata().withIdentity("", "", "");
    return resource.withMetadata(resource.kind().isNamespaced() ? bare.withNamespace("") : bare);
  }

  private static AsNumber clusterAs(Datastore store) {
    return store
        .get(ResourceKey.of(ResourceKind.BGP_CONFIGURATION, BgpConfiguration.DEFAULT))
        .flatMap(found -> ((BgpConfiguration) found).spec().asNumber())
        .orElse(DEFAULT_AS);
  }
}
