// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.BgpFilter;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.Rule;
import java.io.Serial;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What records alone do not say: which components have no value to stand for absence, and in which
/// order they are written.
final class RecordFacts extends JacksonAnnotationIntrospector {

  @Serial private static final long serialVersionUID = 1L;

  private static final Set<Class<?>> ALWAYS_REQUIRED = Set.of(Cidr.class, IpAddress.class);

  private static final Map<Class<?>, Set<String>> REQUIRED =
      Map.of(
          Rule.class, Set.of("action"),
          BgpFilter.Rule.class, Set.of("action"),
          BlockAffinity.Spec.class, Set.of("node"),
          BgpConfiguration.Community.class, Set.of("name", "value"));

  @Override
  public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
    if (member instanceof AnnotatedParameter parameter && isRequired(parameter)) {
      return true;
    }
    return super.hasRequiredMarker(member);
  }

  @Override
  public String @Nullable [] findSerializationPropertyOrder(AnnotatedClass type) {
    return FieldOrder.of(type.getRawType());
  }

  private static boolean isRequired(AnnotatedParameter parameter) {
    Set<String> required = REQUIRED.getOrDefault(parameter.getDeclaringClass(), Set.of());
    return ALWAYS_REQUIRED.contains(parameter.getRawType())
        || (!required.isEmpty() && required.contains(componentName(parameter)));
  }

  /// The parameters of a record's constructor are its components.
  private static String componentName(AnnotatedParameter parameter) {
    return parameter.getDeclaringClass().getRecordComponents()[parameter.getIndex()].getName();
  }
}
