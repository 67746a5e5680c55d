package io.vmessproxy.it.support;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides what {@link Requires} asks. */
final class RequiresCondition implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> missing =
        AnnotationSupport.findAnnotation(context.getElement(), Requires.class).stream()
            .flatMap(requires -> Stream.of(requires.value()))
            .flatMap(tool -> tool.missing().stream())
            .findFirst();
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("everything is there");
    }
    if (Boolean.getBoolean("it.required")) {
      throw new IllegalStateException(missing.get() + " (and it.required is true)");
    }
    return ConditionEvaluationResult.disabled(missing.get());
  }
}
