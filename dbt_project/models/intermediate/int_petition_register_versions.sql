{{ config(materialized='view') }}
{{ retold_and_once('petition_register') }}
