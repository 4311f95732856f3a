-- One row an indicator variant, generated from the definitions in the indicator models' meta.
{%- set views = indicator_views() %}
with final as (
    {%- for view in views %}
    select
        {{ text(view.code) }} as indicator_code,
        {{ text(view.variant) }} as variant,
        {{ text(view.name_zh) }} as indicator_name,
        {{ text(view.name_en) }} as indicator_name_en,
        {{ text(view.kind) }} as kind_code,
        {{ text(view.unit) }} as unit_name,
        {{ text(view.direction) }} as direction_code,
        {{ text(view.attribution) }} as attribution_code,
        {{ text(view.axis) }} as axis_code,
        {{ text(view.legal_basis) }} as legal_basis,
        {{ text(view.clock) }} as clock_rule,
        {{ text(view.clock_codes | join(',')) }} as clock_codes,
        {{ text(view.cohort) }} as cohort_rule,
        {{ text(view.window) }} as window_rule,
        nullif({{ text(view.sums) }}, '') as sums_code,
        {{ view.declared_only | lower }} as declared_only_flag,
        {{ text(view.cuts | join(',')) }} as cuts,
        {{ text(view.ledgers | join(',')) }} as ledgers,
        {{ text(view.version) }} as definition_version,
        {{ text(view.description) }} as definition_text,
        {{ text(view.not_shown_zh) }} as not_shown_text,
        {{ text(view.not_shown_en) }} as not_shown_text_en,
        {{ text(view.model) }} as model_name
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
